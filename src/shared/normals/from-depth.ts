import { rayAt, unit, type Intrinsics, type Vec3 } from '../camera'
import { knownDepth } from '../depth/value'
import { AppError } from '../errors'
import type { ScalarMap, VectorMap } from '../maps'
import type { Mask } from '../mask'
import { eachMasked, expectSameSize } from '../masked'
import { writeNormal } from './value'

export interface FromDepth {
  /** Half the side of the window, 1 to 15 pixels: 1 is sharp, more is calmer on noisy depth. */
  readonly radius: number
  /** Neighbours whose depth differs by more than this share of the pixel's own lie on another surface. */
  readonly step: number
}
export const FROM_DEPTH_DEFAULTS: FromDepth = Object.freeze({ radius: 2, step: 0.05 })

/**
 * The direction of the surface that the depth shows at every selected pixel. On a plane n . P = d in space, w = 1/Z is
 * affine in the ray (x', y'), so n is (-dw/dx', -dw/dy', w - x' dw/dx' - y' dw/dy') scaled to length 1 and faces the
 * camera; the gradient is that of the least-squares plane through w over the window, leaving out unknown depth and what
 * lies beyond a step. Exact on planes. A pixel without a depth, or without three such neighbours off one line, stays as it was.
 * Returns how many of those there are. Throws `value_out_of_range`, `size_mismatch`.
 */
export function normalsFromDepth(
  map: VectorMap,
  mask: Mask,
  depth: ScalarMap,
  camera: Intrinsics,
  { radius, step }: FromDepth,
): number {
  if (!(Number.isInteger(radius) && radius >= 1 && radius <= 15 && step > 0))
    throw new AppError(
      'value_out_of_range',
      `a radius is 1 to 15 pixels and a step above 0, found ${radius} and ${step}`,
    )
  expectSameSize('depth', depth, map)
  let kept = 0
  eachMasked(map, mask, (at) => {
    const x = at % map.width
    const y = (at - x) / map.width
    const plane = knownDepth(depth.data[at]!) ? disparityPlane(depth, x, y, radius, step) : null
    const direction = plane && facing(camera, x, y, plane)
    if (direction) writeNormal(map.data, at, direction)
    else kept++
  })
  return kept
}

/** 1/Z at the pixel's centre and its change per pixel to the right and down. */
export interface DisparityPlane {
  readonly w: number
  readonly du: number
  readonly dv: number
}

/** The direction of that plane, towards the camera, at pixel (x, y). */
export function facing(camera: Intrinsics, x: number, y: number, { du, dv, w }: DisparityPlane): Vec3 | null {
  const [rx, ry] = rayAt(camera, { x, y })
  // u grows with x', v against y'.
  const wx = du * camera.fx
  const wy = -dv * camera.fy
  return unit([-wx, -wy, w - wx * rx - wy * ry])
}

/** The least-squares plane through 1/Z over the window of a pixel with a known depth; null when nothing determines it. */
export function disparityPlane(
  { width, height, data }: ScalarMap,
  x: number,
  y: number,
  radius: number,
  step: number,
): DisparityPlane | null {
  const own = data[y * width + x]!
  const low = own * (1 - step)
  const high = own * (1 + step)
  let n = 0
  let su = 0
  let sv = 0
  let suu = 0
  let suv = 0
  let svv = 0
  let sw = 0
  let suw = 0
  let svw = 0
  const bottom = Math.min(height - 1, y + radius)
  const right = Math.min(width - 1, x + radius)
  for (let j = Math.max(0, y - radius); j <= bottom; j++)
    for (let i = Math.max(0, x - radius); i <= right; i++) {
      const metres = data[j * width + i]!
      if (!(metres > 0 && metres >= low && metres <= high)) continue
      const u = i - x
      const v = j - y
      const w = 1 / metres
      n++
      su += u
      sv += v
      suu += u * u
      suv += u * v
      svv += v * v
      sw += w
      suw += u * w
      svw += v * w
    }
  // The normal equations about the means. These are whole numbers: for pixels in one line the determinant is exactly 0.
  const uu = n * suu - su * su
  const uv = n * suv - su * sv
  const vv = n * svv - sv * sv
  const determinant = uu * vv - uv * uv
  if (determinant <= 0) return null
  const uw = n * suw - su * sw
  const vw = n * svw - sv * sw
  const du = (uw * vv - vw * uv) / determinant
  const dv = (vw * uu - uw * uv) / determinant
  return { du, dv, w: (sw - du * su - dv * sv) / n }
}
