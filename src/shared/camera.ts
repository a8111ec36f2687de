import { AppError } from './errors'
import type { CellPoint, Size } from './space'

/**
 * A pinhole camera without distortion, in pixels of the photo. The principal point is a position on the photo as
 * everywhere here: pixel (0, 0) covers [0, 1) x [0, 1), so a calibration that counts pixel centres as whole numbers needs
 * half a pixel more. Camera space is x right, y up, z towards the camera; depth is metres along the camera's axis, so a
 * point at depth Z lies at Z * ray, and its z is -Z.
 */
export interface Intrinsics {
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
}
export type Vec3 = readonly [number, number, number]

/** Near the 63.3 degrees of the NYUDv2 colour camera (fx = 518.86 at 640 pixels): a start where nothing else is known. */
export const DEFAULT_FIELD_OF_VIEW = 63

/** Square pixels, the axis through the middle. `degrees` is the horizontal field of view. Throws `value_out_of_range`. */
export function intrinsicsFromFieldOfView({ width, height }: Size, degrees: number): Intrinsics {
  if (!(degrees > 0 && degrees < 180))
    throw new AppError('value_out_of_range', `a field of view is between 0 and 180 degrees, found ${degrees}`)
  const focal = width / 2 / Math.tan((degrees * Math.PI) / 360)
  return { fx: focal, fy: focal, cx: width / 2, cy: height / 2 }
}

/** The horizontal field of view in degrees that a camera has on photos of this width. */
export function fieldOfView({ fx, cx }: Intrinsics, width: number): number {
  return ((Math.atan(cx / fx) + Math.atan((width - cx) / fx)) * 180) / Math.PI
}

/** The direction through a pixel's centre, scaled to depth 1: ((u - cx) / fx, (cy - v) / fy, -1). */
export function rayAt({ fx, fy, cx, cy }: Intrinsics, { x, y }: CellPoint): Vec3 {
  return [(x + 0.5 - cx) / fx, (cy - y - 0.5) / fy, -1]
}

/** Scaled to length 1. Null for the zero vector and for what is not finite. */
export function unit([x, y, z]: Vec3): Vec3 | null {
  const length = Math.hypot(x, y, z)
  return length > 0 && Number.isFinite(length) ? [x / length, y / length, z / length] : null
}

/** Degrees between two directions of any length; exact near 0 and 180, where the arc cosine is not. */
export function angleBetween([ax, ay, az]: Vec3, [bx, by, bz]: Vec3): number {
  const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
  return (Math.atan2(cross, ax * bx + ay * by + az * bz) * 180) / Math.PI
}
