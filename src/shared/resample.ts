import type { RgbImage } from './image'

interface Size {
  readonly width: number
  readonly height: number
}

/** Where an image lies inside the model's input, in input pixels; `width` x `height` is its size after the resize. */
export interface Placement {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * The card's geometry: an image larger than the input in either side is scaled by min(H/h, W/w), a smaller one keeps
 * its size; then it is centred (floor). Sizes are rounded half to even, as Python's `round` does in training.
 */
export function placement(image: Size, input: Size): Placement {
  const scale = Math.min(1, input.width / image.width, input.height / image.height)
  const width = Math.max(1, roundHalfEven(image.width * scale))
  const height = Math.max(1, roundHalfEven(image.height * scale))
  return {
    left: Math.floor((input.width - width) / 2),
    top: Math.floor((input.height - height) / 2),
    width,
    height,
  }
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Fraction bits of PIL's 8-bit resampling coefficients. */
const PRECISION = 22

/** For every output position: the first input position and `taps` fixed-point weights (zero-padded). */
interface Filter {
  readonly taps: number
  readonly first: Int32Array
  readonly count: Int32Array
  readonly weights: Int32Array
}

/** Triangle filter whose support grows with the reduction, weights as PIL's `precompute_coeffs` + `normalize_coeffs_8bpc`. */
function triangleFilter(input: number, output: number): Filter {
  const scale = input / output
  const support = Math.max(1, scale)
  const taps = Math.ceil(support) * 2 + 1
  const first = new Int32Array(output)
  const count = new Int32Array(output)
  const weights = new Int32Array(output * taps)
  const row = new Float64Array(taps)
  for (let at = 0; at < output; at++) {
    const centre = (at + 0.5) * scale
    const low = Math.max(0, Math.trunc(centre - support + 0.5))
    const length = Math.min(input, Math.trunc(centre + support + 0.5)) - low
    let sum = 0
    for (let tap = 0; tap < length; tap++) {
      row[tap] = Math.max(0, 1 - Math.abs((tap + low - centre + 0.5) / support))
      sum += row[tap]!
    }
    for (let tap = 0; tap < length; tap++)
      weights[at * taps + tap] = Math.trunc(0.5 + (row[tap]! / sum) * 2 ** PRECISION)
    first[at] = low
    count[at] = length
  }
  return { taps, first, count, weights }
}

/**
 * Resizes with an antialiased triangle filter, bit for bit like PIL's `Image.resize(size, BILINEAR)` on an 8-bit image:
 * a horizontal, then a vertical pass, each rounded to 8 bits. A pass whose size does not change is skipped.
 */
export function resizeTriangle(image: RgbImage, width: number, height: number): RgbImage {
  const across =
    width === image.width
      ? image.data
      : filterPass(image.data, image.height, image.width * 3, 3, triangleFilter(image.width, width), 3, width)
  const down =
    height === image.height
      ? across
      : filterPass(across, 1, 0, width * 3, triangleFilter(image.height, height), width * 3, height)
  return { width, height, data: down }
}

/** Filters `lines` lines of `output` positions; a position is `channels` bytes that lie `step` bytes from the next. */
function filterPass(
  source: Uint8Array<ArrayBuffer>,
  lines: number,
  lineBytes: number,
  step: number,
  filter: Filter,
  channels: number,
  output: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(lines * output * channels)
  const { taps, first, count, weights } = filter
  let write = 0
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < output; at++) {
      const base = line * lineBytes + first[at]! * step
      const length = count[at]!
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << (PRECISION - 1)
        for (let tap = 0, read = base + channel; tap < length; tap++, read += step)
          sum += source[read]! * weights[at * taps + tap]!
        // The weights are not negative and add up to one (within rounding), so only the top can overflow.
        result[write++] = Math.min(255, sum >> PRECISION)
      }
    }
  }
  return result
}

/** Two neighbours and their weights for every output position along one axis. */
interface Axis {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly weight: Float32Array
}

function bilinearAxis(offset: number, input: number, output: number): Axis {
  const low = new Int32Array(output)
  const high = new Int32Array(output)
  const weight = new Float32Array(output)
  for (let at = 0; at < output; at++) {
    const position = Math.max(0, ((at + 0.5) * input) / output - 0.5)
    const floor = Math.min(input - 1, Math.floor(position))
    low[at] = offset + floor
    high[at] = offset + Math.min(input - 1, floor + 1)
    weight[at] = position - floor
  }
  return { low, high, weight }
}

/** Between which values of a plane the output's pixels lie. */
export interface Between {
  readonly columns: Axis
  readonly rows: Axis
}

/** Brings one float plane of the model's input size back to the image: crop the padding, then resize. */
export interface PlaneResizer {
  readonly width: number
  readonly height: number
  /** Values per row of a plane. */
  readonly stride: number
  /** Where the image lies on a plane. */
  readonly window: Placement
  /** Null where the values are copied. */
  readonly between: Between | null
  /** Reads the plane that starts at `start` in `source`, writes `width * height` values at the start of `target`. */
  resize(source: Float32Array, start: number, target: Float32Array): void
}

/**
 * Bilinear, `align_corners=False`, no antialias (torch `F.interpolate`), of the window `window` of planes that are
 * `stride` values wide. When the window already has the output's size the values are copied unchanged.
 */
export function planeResizer(stride: number, window: Placement, output: Size): PlaneResizer {
  const { width, height } = output
  if (width === window.width && height === window.height)
    return {
      width,
      height,
      stride,
      window,
      between: null,
      resize: (source, start, target) => {
        for (let y = 0; y < height; y++) {
          const read = start + (window.top + y) * stride + window.left
          target.set(source.subarray(read, read + width), y * width)
        }
      },
    }
  const columns = bilinearAxis(window.left, window.width, width)
  const rows = bilinearAxis(window.top, window.height, height)
  return {
    width,
    height,
    stride,
    window,
    between: { columns, rows },
    resize: (source, start, target) => {
      // Rows resized along x are kept: enlarging, many output rows lie between the same two.
      let above = new Float64Array(width)
      let below = new Float64Array(width)
      let [upper, lower] = [-1, -1]
      for (let y = 0, write = 0; y < height; y++) {
        if (rows.low[y]! !== upper) {
          upper = rows.low[y]!
          if (upper === lower) [above, below, lower] = [below, above, -1]
          else resizeRow(source, start + upper * stride, columns, above)
        }
        if (rows.high[y]! !== lower) {
          lower = rows.high[y]!
          resizeRow(source, start + lower * stride, columns, below)
        }
        const down = rows.weight[y]!
        for (let x = 0; x < width; x++) target[write++] = above[x]! * (1 - down) + below[x]! * down
      }
    },
  }
}

function resizeRow(
  source: Float32Array,
  start: number,
  { low, high, weight }: Axis,
  target: Float64Array,
): void {
  for (let x = 0; x < target.length; x++) {
    const across = weight[x]!
    target[x] = source[start + low[x]!]! * (1 - across) + source[start + high[x]!]! * across
  }
}
