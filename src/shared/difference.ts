import { AppError, assertNever } from './errors'
import { IGNORE_CLASS, type DenseMap, type MapKind } from './maps'
import { DIFFERENCE_LUT } from './palette'
import type { TexelBlock } from './texels'

/** The difference that gets the last colour of the scale: metres for scalars, degrees for directions. Classes differ or not. */
export const DIFFERENCE_RANGE: Readonly<Record<MapKind, number>> = Object.freeze({
  class: 1,
  scalar: 1,
  vector: 45,
  probability: 1,
})

/**
 * How far `found` is from `reference` at one pixel: 1 for another class, signed (found - reference) for scalars and
 * probabilities, the angle in degrees for directions. Null where either is unknown. Throws `size_mismatch` for maps of
 * another kind or size.
 */
export function differenceAt(reference: DenseMap, found: DenseMap, x: number, y: number): number | null {
  expectAlike(reference, found)
  const value = difference(reference, found, y * reference.width + x)
  return Number.isNaN(value) ? null : value
}

/**
 * Writes the difference of a block at level 0 or above as colours. A pixel of another class takes the colour of the class
 * that was found; the other kinds use one diverging scale up to `range`, transparent at zero. A texel shows the top left
 * pixel it covers.
 */
export function differenceTexels(
  reference: DenseMap,
  found: DenseMap,
  classes: Uint32Array,
  { level, rect, out, offset, stride }: TexelBlock,
  range = DIFFERENCE_RANGE[reference.kind],
): void {
  expectAlike(reference, found)
  const scale = 127.5 / range
  const step = 2 ** level
  for (let row = 0; row < rect.height; row++) {
    let at = (rect.y + row) * step * reference.width + rect.x * step
    for (let to = offset + row * stride, end = to + rect.width; to < end; to++, at += step) {
      const value = difference(reference, found, at)
      if (reference.kind === 'class') out[to] = value === 1 ? classes[found.data[at]!]! : 0
      else {
        const shade = Math.round(127.5 + value * scale)
        // NaN compares false and stays transparent.
        out[to] = shade >= 0 || shade < 0 ? DIFFERENCE_LUT[shade < 0 ? 0 : shade > 255 ? 255 : shade]! : 0
      }
    }
  }
}

/**
 * A round end for the colour scale of two maps' difference: the first of 1, 2 and 5 times a power of ten that 99 % of the
 * changed pixels stay below, at most `DIFFERENCE_RANGE`. Classes have one difference only.
 */
export function fittedRange(reference: DenseMap, found: DenseMap): number {
  expectAlike(reference, found)
  const most = DIFFERENCE_RANGE[reference.kind]
  if (reference.kind === 'class') return most
  const sizes = new Float32Array(reference.width * reference.height)
  let changed = 0
  for (let at = 0; at < sizes.length; at++) {
    const size = Math.abs(difference(reference, found, at))
    if (size > 0) sizes[changed++] = size
  }
  if (changed === 0) return most
  const quantile = sizes.subarray(0, changed).sort()[Math.floor((changed - 1) * 0.99)]!
  const power = 10 ** Math.floor(Math.log10(quantile))
  return Math.min(most, [1, 2, 5, 10].map((step) => step * power).find((step) => step >= quantile) ?? most)
}

/** NaN where either side is unknown. */
function difference(a: DenseMap, b: DenseMap, at: number): number {
  switch (a.kind) {
    case 'class': {
      const left = a.data[at]!
      const right = b.data[at]!
      if (left === IGNORE_CLASS || right === IGNORE_CLASS) return NaN
      return left === right ? 0 : 1
    }
    case 'scalar':
      return a.data[at]! > 0 && b.data[at]! > 0 ? b.data[at]! - a.data[at]! : NaN
    case 'probability':
      return b.data[at]! - a.data[at]!
    case 'vector':
      return angle(a.data, b.data, at * 3)
    default:
      return assertNever(a)
  }
}

/** Degrees between two vectors of any length; NaN when one is zero. */
function angle(a: Float32Array, b: ArrayLike<number>, at: number): number {
  let dot = 0
  let left = 0
  let right = 0
  for (let part = at; part < at + 3; part++) {
    dot += a[part]! * b[part]!
    left += a[part]! * a[part]!
    right += b[part]! * b[part]!
  }
  const length = Math.sqrt(left * right)
  return length > 0 ? (Math.acos(Math.max(-1, Math.min(1, dot / length))) * 180) / Math.PI : NaN
}

function expectAlike(a: DenseMap, b: DenseMap): void {
  if (a.kind !== b.kind || a.width !== b.width || a.height !== b.height)
    throw new AppError(
      'size_mismatch',
      `a ${a.width}x${a.height} ${a.kind} map cannot be compared with a ${b.width}x${b.height} ${b.kind} map`,
    )
}
