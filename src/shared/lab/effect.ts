import { AppError, assertNever } from '../errors'
import { hypot3 } from '../hypot3'
import type { DenseMap, MapKind } from '../maps'

/** How far a prediction moves under an intervention, in the unit of its kind of map. */
export const EFFECT_MEASURES: Readonly<Record<MapKind, { readonly name: string; readonly unit: string }>> =
  Object.freeze({
    class: { name: 'share of pixels whose class changes', unit: '' },
    scalar: { name: 'mean absolute change', unit: 'm' },
    vector: { name: 'mean angle between the directions', unit: '°' },
    probability: { name: 'mean absolute change of the probability', unit: '' },
  })

/**
 * The measure of `EFFECT_MEASURES` between two predictions of one image: over all pixels, or over those where `region`
 * (a byte per pixel) is not zero. Pixels where either direction is the zero vector are left out. Null where no pixel is
 * left. Throws `size_mismatch` for maps or a region of another size, and for another kind.
 */
export function effectOf(
  before: DenseMap,
  after: DenseMap,
  region: ArrayLike<number> | null = null,
): number | null {
  const pixels = before.width * before.height
  if (before.kind !== after.kind || before.width !== after.width || before.height !== after.height)
    throw new AppError(
      'size_mismatch',
      `a ${before.width}x${before.height} ${before.kind} map cannot be compared with a ${after.width}x${after.height} ${after.kind} map`,
    )
  if (region && region.length !== pixels)
    throw new AppError('size_mismatch', `the region has ${region.length} pixels, the map ${pixels}`)
  const { sum, count } = changesOf(before, after, region)
  return count > 0 ? sum / count : null
}

interface Changes {
  readonly sum: number
  readonly count: number
}

/** A loop for each kind of map: one over all kinds is several times slower. */
function changesOf(before: DenseMap, after: DenseMap, region: ArrayLike<number> | null): Changes {
  switch (before.kind) {
    case 'class':
      return differing(before.data, after.data, region)
    case 'scalar':
    case 'probability':
      return distances(before.data, after.data, region)
    case 'vector':
      return angles(before.data, after.data, region)
    default:
      return assertNever(before)
  }
}

function differing(a: Uint8Array, b: ArrayLike<number>, region: ArrayLike<number> | null): Changes {
  let [sum, count] = [0, 0]
  for (let i = 0; i < a.length; i++)
    if (!region || region[i]) {
      if (a[i] !== b[i]) sum++
      count++
    }
  return { sum, count }
}

function distances(a: Float32Array, b: ArrayLike<number>, region: ArrayLike<number> | null): Changes {
  let [sum, count] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    if (region && !region[i]) continue
    const change = Math.abs(b[i]! - a[i]!)
    if (Number.isNaN(change)) continue
    sum += change
    count++
  }
  return { sum, count }
}

function angles(a: Float32Array, b: ArrayLike<number>, region: ArrayLike<number> | null): Changes {
  let [sum, count] = [0, 0]
  for (let i = 0, at = 0; at < a.length; i++, at += 3) {
    if (region && !region[i]) continue
    const change = angleBetween(a, b, at)
    // There is no direction to compare.
    if (Number.isNaN(change)) continue
    sum += change
    count++
  }
  return { sum, count }
}

/** 2 atan2(|a - b|, |a + b|) of the unit vectors in degrees: exact near 0, unlike the arc cosine. */
function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>, at: number): number {
  const left = hypot3(a[at]!, a[at + 1]!, a[at + 2]!)
  const right = hypot3(b[at]!, b[at + 1]!, b[at + 2]!)
  if (left === 0 || right === 0) return NaN
  let [apart, together] = [0, 0]
  for (let part = at; part < at + 3; part++) {
    apart += (a[part]! / left - b[part]! / right) ** 2
    together += (a[part]! / left + b[part]! / right) ** 2
  }
  return (2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together)) * 180) / Math.PI
}
