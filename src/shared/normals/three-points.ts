import { rayAt, type Intrinsics, type Vec3 } from '../camera'
import { knownDepth } from '../depth/value'
import { AppError } from '../errors'
import type { ScalarMap } from '../maps'
import type { CellPoint } from '../space'

/** The sine of the angle below which three points count as one line. */
const THINNEST = 1e-3

/**
 * The direction, towards the camera, of the plane through three pixels' points in space: (B - A) x (C - A) scaled to length
 * 1. Throws `value_out_of_range` when one has no depth or lies outside, or the points lie in one line.
 */
export function normalOfPoints(
  depth: ScalarMap,
  camera: Intrinsics,
  cells: readonly [CellPoint, CellPoint, CellPoint],
): Vec3 {
  const [a, b, c] = cells.map((cell) => pointAt(depth, camera, cell)) as [Vec3, Vec3, Vec3]
  const u: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  const v: Vec3 = [c[0] - a[0], c[1] - a[1], c[2] - a[2]]
  const n: Vec3 = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
  const length = Math.hypot(...n)
  if (!(length > THINNEST * Math.hypot(...u) * Math.hypot(...v)))
    throw new AppError(
      'value_out_of_range',
      'The three points lie in one line in space; choose points farther apart.',
    )
  // A surface faces the camera when its normal points against the ray to it.
  const sign = n[0] * a[0] + n[1] * a[1] + n[2] * a[2] > 0 ? -1 : 1
  return [(sign * n[0]) / length, (sign * n[1]) / length, (sign * n[2]) / length]
}

function pointAt({ width, height, data }: ScalarMap, camera: Intrinsics, cell: CellPoint): Vec3 {
  const { x, y } = cell
  const metres = x >= 0 && y >= 0 && x < width && y < height ? data[y * width + x]! : 0
  if (!knownDepth(metres))
    throw new AppError('value_out_of_range', `There is no depth at pixel ${x}, ${y}; choose another point.`)
  const ray = rayAt(camera, cell)
  return [metres * ray[0], metres * ray[1], -metres]
}
