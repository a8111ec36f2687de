import { assertNever } from './errors'
import { createMap, type DenseMap, type MapKind } from './maps'
import { BOUNDARY_LUT, DEPTH_LUT, normalColour } from './palette'
import type { PixelRect } from './space'

/** How values become colours; the same style is used for every source, so equal numbers look equal. */
export interface MapStyle {
  /** By class index, from `classLut`. */
  readonly classes: Uint32Array
  /** Range of scalar maps in their unit. */
  readonly window: { readonly min: number; readonly max: number }
  /** By probability * 255. */
  readonly probability: Uint32Array
}

export const PLAIN_STYLE: MapStyle = {
  classes: new Uint32Array(256),
  window: { min: 0, max: 10 },
  probability: BOUNDARY_LUT,
}

/** Writes the colours of `rect` into `out`, a whole image of packed pixels of the map's size. Invalid values are transparent. */
export function colourRect(map: DenseMap, style: MapStyle, out: Uint32Array, rect: PixelRect): void {
  const { width } = map
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const start = y * width + rect.x
    colourRun(map, style, out, start, start + rect.width)
  }
}

/** The packed colour of one pixel. */
export function colourAt(map: DenseMap, style: MapStyle, x: number, y: number): number {
  const at = y * map.width + x
  one[0] = 0
  colourRun(map, style, one, at, at + 1, at)
  return one[0]
}
const one = new Uint32Array(1)

/** The packed colour of a value of this kind that stands in no map. */
export function colourOf(kind: MapKind, value: readonly number[], style: MapStyle): number {
  const map = createMap(kind, 1, 1)
  map.data.set(value)
  return colourAt(map, style, 0, 0)
}

function colourRun(
  map: DenseMap,
  style: MapStyle,
  out: Uint32Array,
  start: number,
  end: number,
  shift = 0,
): void {
  switch (map.kind) {
    case 'class': {
      const { data } = map
      for (let at = start; at < end; at++) out[at - shift] = style.classes[data[at]!]!
      return
    }
    case 'scalar': {
      const { data } = map
      const { min, max } = style.window
      const scale = 255 / Math.max(max - min, 1e-6)
      for (let at = start; at < end; at++) {
        const value = data[at]!
        const level = Math.round((value - min) * scale)
        out[at - shift] = value > 0 ? DEPTH_LUT[level < 0 ? 0 : level > 255 ? 255 : level]! : 0
      }
      return
    }
    case 'vector': {
      const { data } = map
      for (let at = start; at < end; at++) {
        const x = data[at * 3]!
        const y = data[at * 3 + 1]!
        const z = data[at * 3 + 2]!
        out[at - shift] = x === 0 && y === 0 && z === 0 ? 0 : normalColour(x, y, z)
      }
      return
    }
    case 'probability': {
      const { data } = map
      for (let at = start; at < end; at++) {
        const level = Math.round(data[at]! * 255)
        // NaN marks an unknown boundary; it compares false and stays transparent.
        out[at - shift] = level > 0 ? style.probability[level > 255 ? 255 : level]! : 0
      }
      return
    }
    default:
      assertNever(map)
  }
}
