import { unit, type Intrinsics, type Vec3 } from '../camera'
import { AppError } from '../errors'
import type { ScalarMap } from '../maps'
import type { Mask } from '../mask'
import { eachMasked, maskedIndices } from '../masked'
import { fitLinear } from '../robust-fit'
import { knownDepth } from './value'

/**
 * - `space`: a flat surface seen by a pinhole camera. From n . P = d with P = Z * ray follows 1/Z = n . ray / d, which is
 *   affine in the pixel for any camera, so no intrinsics are needed.
 * - `ramp`: the depth itself is affine in the pixel.
 */
export type PlaneModel = 'space' | 'ramp'

/** The model's value (1/Z for `space`, Z for `ramp`) at the position (u, v) on the photo is a * u + b * v + c. */
export interface DepthPlane {
  readonly model: PlaneModel
  readonly a: number
  readonly b: number
  readonly c: number
}
export interface PlaneFit {
  readonly plane: DepthPlane
  /** Root mean square distance in depth over the pixels used, in metres (to first order for `space`). */
  readonly rms: number
  /** Pixels with a known depth, and the share of them (0..1) that the robust fit used; 1 without it. */
  readonly pixels: number
  readonly used: number
}

/** The depth of a plane at pixel (x, y), at its centre; NaN where it passes behind the camera. */
export function planeDepth({ model, a, b, c }: DepthPlane, x: number, y: number): number {
  const value = a * (x + 0.5) + b * (y + 0.5) + c
  const metres = model === 'space' ? 1 / value : value
  return knownDepth(metres) ? metres : NaN
}

/**
 * The plane nearest to the known depths of a selection in the sense of least squares of depth: for `ramp` of Z itself, for
 * `space` of Z^2 (1/Z - plane), which is the error in metres to first order. `robust` ignores what does not lie on it,
 * see `fitLinear`. Throws `value_out_of_range` when fewer than three pixels, or only pixels in one line, have a depth.
 */
export function fitDepthPlane(map: ScalarMap, mask: Mask, model: PlaneModel, robust: boolean): PlaneFit {
  const { width, data } = map
  const indices = maskedIndices(map, mask, (at) => knownDepth(data[at]!))
  // Positions relative to the selection and of about 1, for the sake of the normal equations.
  const box = mask.bounds ?? { x: 0, y: 0, width: 1, height: 1 }
  const scale = Math.max(box.width, box.height) / 2
  const middle = { u: box.x + box.width / 2, v: box.y + box.height / 2 }
  const row = (i: number, out: Float64Array): number => {
    const at = indices[i]!
    const metres = data[at]!
    const weight = model === 'space' ? metres * metres : 1
    out[0] = (weight * ((at % width) + 0.5 - middle.u)) / scale
    out[1] = (weight * (Math.floor(at / width) + 0.5 - middle.v)) / scale
    out[2] = weight
    return metres
  }
  const fit = fitLinear(indices.length, 3, row, robust)
  if (!fit)
    throw new AppError(
      'value_out_of_range',
      `A plane needs three pixels with a depth that are not in one line, found ${indices.length}. Select a larger region.`,
    )
  const [p = 0, q = 0, r = 0] = fit.coefficients
  const plane = { model, a: p / scale, b: q / scale, c: r - (p * middle.u + q * middle.v) / scale }
  return { plane, rms: fit.rms, pixels: indices.length, used: fit.used }
}

/** Puts the selected pixels on a plane; with `fill` those without a depth too. One behind the camera stays as it was. */
export function applyDepthPlane(map: ScalarMap, mask: Mask, plane: DepthPlane, fill: boolean): void {
  const { width, data } = map
  eachMasked(map, mask, (at) => {
    if (!fill && !knownDepth(data[at]!)) return
    const metres = Math.fround(planeDepth(plane, at % width, Math.floor(at / width)))
    if (knownDepth(metres)) data[at] = metres
  })
}

/**
 * The direction a `space` plane faces, towards the camera, in camera space (see camera.ts): with w = 1/Z = n . ray / d the
 * normal is -(dw/dx', dw/dy', dw/dx' x' + dw/dy' y' - w), x' and y' being the ray's. Null for a plane at infinity.
 */
export function planeNormal({ a, b, c }: DepthPlane, { fx, fy, cx, cy }: Intrinsics): Vec3 | null {
  // u = cx + fx x', v = cy - fy y': at the axis (x' = y' = 0) w is a cx + b cy + c.
  return unit([-a * fx, b * fy, a * cx + b * cy + c])
}
