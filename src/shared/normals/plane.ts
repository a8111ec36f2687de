import { angleBetween, unit, type Intrinsics, type Vec3 } from '../camera'
import { fitDepthPlane, planeNormal } from '../depth/plane'
import { AppError } from '../errors'
import type { ScalarMap, VectorMap } from '../maps'
import type { Mask } from '../mask'
import { expectSameSize, maskedIndices } from '../masked'
import { knownNormal, normalAt } from './value'

export interface DirectionFit {
  readonly direction: Vec3
  /** Pixels with a direction, and the mean angle between them and the result in degrees. */
  readonly pixels: number
  readonly spread: number
}

const ROUNDS = 100

/**
 * The one direction of a flat selection. Plainly the mean of its unit vectors scaled to length 1; `robust` the direction
 * with the least sum of distances to them, by Weiszfeld's iteration from the mean, scaled to length 1 in every round: it
 * stands up to almost half of the pixels being wrong. Apply it with `setNormals`. Throws `value_out_of_range` without
 * pixels or when they cancel, `size_mismatch`.
 */
export function meanDirection(map: VectorMap, mask: Mask, robust: boolean): DirectionFit {
  const { data } = map
  const indices = maskedIndices(map, mask, (at) => knownNormal(data, at))
  let direction = average(data, indices, null)
  for (let round = 0; robust && round < ROUNDS; round++) {
    const next = average(data, indices, direction)
    const moved = angleBetween(next, direction)
    direction = next
    if (moved < 1e-6) break
  }
  let sum = 0
  for (const at of indices) sum += angleBetween(normalAt(data, at), direction)
  return { direction, pixels: indices.length, spread: sum / indices.length }
}

/** The normalised sum; with `about` each vector is weighed by 1 / its distance to it. */
function average(data: Float32Array, indices: Uint32Array, about: Vec3 | null): Vec3 {
  let [x, y, z] = [0, 0, 0]
  for (const at of indices) {
    const [u, v, w] = normalAt(data, at)
    const weight = about ? 1 / Math.max(1e-6, Math.hypot(u - about[0], v - about[1], w - about[2])) : 1
    x += weight * u
    y += weight * v
    z += weight * w
  }
  const direction = Math.hypot(x, y, z) > 1e-6 * indices.length ? unit([x, y, z]) : null
  if (!direction)
    throw new AppError(
      'value_out_of_range',
      `The directions of the selection have no mean: ${indices.length} pixels have one. Select one flat surface.`,
    )
  return direction
}

/**
 * The direction of the plane in space through the known depths of a selection, see `fitDepthPlane`; the spread is that
 * plane's residual in metres. Throws as that does, and `size_mismatch`.
 */
export function directionOfDepth(
  depth: ScalarMap,
  mask: Mask,
  camera: Intrinsics,
  robust: boolean,
): { direction: Vec3; pixels: number; used: number; rms: number } {
  expectSameSize('selection', mask, depth)
  const { plane, pixels, used, rms } = fitDepthPlane(depth, mask, 'space', robust)
  const direction = planeNormal(plane, camera)
  if (!direction) throw new AppError('value_out_of_range', 'The depths of the selection lie at infinity.')
  return { direction, pixels, used, rms }
}
