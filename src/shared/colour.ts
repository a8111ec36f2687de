import { assertNever } from './errors'
import { createMap, type DenseMap, type MapKind, type ProbabilityMap } from './maps'
import { ABOVE_WINDOW, BELOW_WINDOW, DEPTH_LUT, normalColour } from './palette'
import type { TexelBlock } from './texels'

/** How values become colours; the same style is used for every source, so equal numbers look equal. */
export interface MapStyle {
  /** By class index, from `classLut`. */
  readonly classes: Uint32Array
  /** Range of scalar maps in their unit. Values outside are striped, never silently clipped. */
  readonly window: { readonly min: number; readonly max: number }
  /** By probability * 255. */
  readonly probability: Uint32Array
}

/**
 * Writes the colours of a block at level 0 or above. Invalid values are transparent. A texel above level 0 shows the top left
 * pixel it covers, because a class, a distance or a direction between two others would be an invention; a probability shows
 * the largest it covers, so that a line of one pixel stays visible at any zoom.
 */
export function colourTexels(map: DenseMap, style: MapStyle, block: TexelBlock): void {
  const { level, rect, out, offset, stride } = block
  const step = 2 ** level
  for (let row = 0; row < rect.height; row++) {
    const y = (rect.y + row) * step
    const run = { out, to: offset + row * stride, count: rect.width, step, x: rect.x, y: rect.y + row }
    if (map.kind === 'probability' && level > 0) largestRun(map, style, run)
    else colourRun(map, style, y * map.width + rect.x * step, run)
  }
}

/** The packed colour of one pixel. */
export function colourAt(map: DenseMap, style: MapStyle, x: number, y: number): number {
  one[0] = 0
  colourRun(map, style, y * map.width + x, { out: one, to: 0, count: 1, step: 1, x, y })
  return one[0]
}
const one = new Uint32Array(1)

/** The packed colour of a value of this kind that stands in no map. */
export function colourOf(kind: MapKind, value: readonly number[], style: MapStyle): number {
  const map = createMap(kind, 1, 1)
  map.data.set(value)
  return colourAt(map, style, 0, 0)
}

/** A row of texels; (x, y) is the first of them. */
interface Run {
  readonly out: Uint32Array
  readonly to: number
  readonly count: number
  readonly step: number
  readonly x: number
  readonly y: number
}

/** Diagonal stripes of three texels; where they fall depends only on the texel, so that neighbouring blocks agree. */
function striped(x: number, y: number): boolean {
  return ((x + y) / 3) % 2 < 1
}

function colourRun(map: DenseMap, style: MapStyle, from: number, run: Run): void {
  const { out, to, count, step, x, y } = run
  switch (map.kind) {
    case 'class': {
      const { data } = map
      for (let i = 0, at = from; i < count; i++, at += step) out[to + i] = style.classes[data[at]!]!
      return
    }
    case 'scalar': {
      const { data } = map
      const { min, max } = style.window
      const scale = 255 / Math.max(max - min, 1e-6)
      for (let i = 0, at = from; i < count; i++, at += step) {
        const value = data[at]!
        if (!(value > 0)) out[to + i] = 0
        else if (value < min) out[to + i] = striped(x + i, y) ? BELOW_WINDOW : DEPTH_LUT[0]!
        else if (value > max) out[to + i] = striped(x + i, y) ? ABOVE_WINDOW : DEPTH_LUT[255]!
        else out[to + i] = DEPTH_LUT[Math.min(255, Math.round((value - min) * scale))]!
      }
      return
    }
    case 'vector': {
      const { data } = map
      for (let i = 0, at = from * 3; i < count; i++, at += step * 3) {
        const nx = data[at]!
        const ny = data[at + 1]!
        const nz = data[at + 2]!
        out[to + i] = nx === 0 && ny === 0 && nz === 0 ? 0 : normalColour(nx, ny, nz)
      }
      return
    }
    case 'probability': {
      const { data } = map
      for (let i = 0, at = from; i < count; i++, at += step)
        out[to + i] = probabilityColour(data[at]!, style.probability)
      return
    }
    default:
      assertNever(map)
  }
}

/** NaN marks an unknown boundary; it compares false and stays transparent. */
function probabilityColour(value: number, lut: Uint32Array): number {
  const level = Math.round(value * 255)
  return level > 0 ? lut[level > 255 ? 255 : level]! : 0
}

function largestRun({ data, width, height }: ProbabilityMap, { probability }: MapStyle, run: Run): void {
  const { out, to, count, step } = run
  const bottom = Math.min(height, (run.y + 1) * step)
  for (let i = 0; i < count; i++) {
    const left = (run.x + i) * step
    const right = Math.min(width, left + step)
    let largest = 0
    for (let y = run.y * step; y < bottom; y++)
      for (let at = y * width + left; at < y * width + right; at++)
        if (data[at]! > largest) largest = data[at]!
    out[to + i] = probabilityColour(largest, probability)
  }
}
