import type { ClassMap, ScalarMap } from './maps'
import type { PixelRect } from './space'

/** Pixels a side of the blocks that are counted again after a change. */
const BLOCK = 128
const CLASSES = 256

/** How many pixels each class of a map has, kept up to date at the cost of the blocks that changed. */
export class ClassTally {
  readonly #columns: number
  readonly #rows: number
  readonly #blocks: Uint32Array
  readonly #stale = new Set<number>()
  readonly #pixels = new Uint32Array(CLASSES)

  constructor(private readonly map: ClassMap) {
    this.#columns = Math.ceil(map.width / BLOCK)
    this.#rows = Math.ceil(map.height / BLOCK)
    this.#blocks = new Uint32Array(this.#columns * this.#rows * CLASSES)
    this.soil(null)
  }

  /** Says that pixels changed; null = all of them. */
  soil(rect: PixelRect | null): void {
    const { x, y, width, height } = rect ?? { x: 0, y: 0, width: this.map.width, height: this.map.height }
    const right = Math.min(this.#columns, Math.ceil((x + width) / BLOCK))
    const bottom = Math.min(this.#rows, Math.ceil((y + height) / BLOCK))
    for (let row = Math.max(0, Math.floor(y / BLOCK)); row < bottom; row++)
      for (let column = Math.max(0, Math.floor(x / BLOCK)); column < right; column++)
        this.#stale.add(row * this.#columns + column)
  }

  /** Pixels by class index, 255 = ignore; the same array every time. */
  get pixels(): Uint32Array {
    for (const block of this.#stale) this.#count(block)
    this.#stale.clear()
    return this.#pixels
  }

  #count(block: number): void {
    const counts = this.#blocks.subarray(block * CLASSES, (block + 1) * CLASSES)
    for (let index = 0; index < CLASSES; index++) this.#pixels[index]! -= counts[index]!
    counts.fill(0)
    const { data, width, height } = this.map
    const left = (block % this.#columns) * BLOCK
    const top = Math.floor(block / this.#columns) * BLOCK
    const right = Math.min(width, left + BLOCK)
    const bottom = Math.min(height, top + BLOCK)
    for (let y = top; y < bottom; y++)
      for (let at = y * width + left, end = y * width + right; at < end; at++) counts[data[at]!]!++
    for (let index = 0; index < CLASSES; index++) this.#pixels[index]! += counts[index]!
  }
}

/** Smallest and largest valid value of a map, 0 = invalid; null where none is valid. */
export function validRange(map: ScalarMap): { min: number; max: number } | null {
  let min = Infinity
  let max = 0
  for (let at = 0; at < map.data.length; at++) {
    const value = map.data[at]!
    if (value > 0) {
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  return max > 0 ? { min, max } : null
}

/** Pixels looked at for a histogram; larger maps are sampled on a regular grid. */
const SAMPLES = 1_000_000

export interface Histogram {
  /** Values counted per bin, from `min` to `max` in equal steps. */
  readonly bins: Uint32Array
  readonly min: number
  readonly max: number
  /** Valid and invalid pixels that were looked at. */
  readonly valid: number
  readonly invalid: number
  /** True when every pixel was looked at. */
  readonly exact: boolean
}

/** How the valid values of a map lie between `min` and `max`; a value outside falls into the first or last bin. */
export function histogramOf(
  map: ScalarMap,
  { min, max }: { min: number; max: number },
  bins: number,
): Histogram {
  const { data, width, height } = map
  const step = Math.max(1, Math.ceil(Math.sqrt(data.length / SAMPLES)))
  const counts = new Uint32Array(bins)
  const scale = bins / Math.max(max - min, 1e-6)
  let valid = 0
  let seen = 0
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step, seen++) {
      const value = data[y * width + x]!
      if (!(value > 0)) continue
      valid++
      counts[Math.max(0, Math.min(bins - 1, Math.floor((value - min) * scale)))]!++
    }
  return { bins: counts, min, max, valid, invalid: seen - valid, exact: step === 1 }
}
