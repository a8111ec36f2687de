import { angleBetween, intrinsicsFromFieldOfView } from '../camera'
import { knownDepth } from '../depth/value'
import { AppError } from '../errors'
import type { ScalarMap, VectorMap } from '../maps'
import { expectSameSize } from '../masked'
import { disparityPlane, facing, FROM_DEPTH_DEFAULTS, type DisparityPlane } from './from-depth'
import { knownNormal, normalAt } from './value'

export interface CameraEstimate {
  /** Horizontal field of view in degrees, of a camera with square pixels and its axis through the middle. */
  readonly degrees: number
  /** Median angle in degrees between the given normals and those of the depth seen by that camera. */
  readonly error: number
  /** Pixels compared. */
  readonly pixels: number
}

const SAMPLE = 4000
const FEWEST = 50
const [NARROWEST, WIDEST, STRIDE] = [20, 130, 5]
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The field of view for which the normals of a depth map agree best with given normals: least median angle over at most
 * 4000 evenly spaced pixels, by a scan in steps of 5 degrees and a golden-section search to 0.01 degrees around its best.
 * Throws `value_out_of_range` when fewer than 50 pixels have both, `size_mismatch`.
 */
export function estimateFieldOfView(depth: ScalarMap, normals: VectorMap): CameraEstimate {
  expectSameSize('depth', depth, normals)
  const planes = samplePlanes(depth, normals)
  if (planes.length < FEWEST)
    throw new AppError(
      'value_out_of_range',
      `The camera is estimated from depth and normals in the same pixels; only ${planes.length} have both.`,
    )
  const angles = new Float64Array(planes.length)
  const errorAt = (degrees: number): number => {
    const camera = intrinsicsFromFieldOfView(depth, degrees)
    planes.forEach(({ at, plane }, i) => {
      const direction = facing(camera, at % depth.width, Math.floor(at / depth.width), plane)
      angles[i] = direction ? angleBetween(direction, normalAt(normals.data, at)) : 180
    })
    return angles.sort()[planes.length >> 1]!
  }
  let best = NARROWEST
  for (let degrees = NARROWEST; degrees <= WIDEST; degrees += STRIDE)
    if (errorAt(degrees) < errorAt(best)) best = degrees
  const degrees = goldenSection(errorAt, best - STRIDE, best + STRIDE)
  return { degrees, error: errorAt(degrees), pixels: planes.length }
}

function samplePlanes(depth: ScalarMap, normals: VectorMap): { at: number; plane: DisparityPlane }[] {
  const { width } = depth
  const { radius, step } = FROM_DEPTH_DEFAULTS
  const stride = Math.max(1, Math.floor(depth.data.length / SAMPLE))
  const planes: { at: number; plane: DisparityPlane }[] = []
  for (let at = stride >> 1; at < depth.data.length; at += stride) {
    if (!knownDepth(depth.data[at]!) || !knownNormal(normals.data, at)) continue
    const plane = disparityPlane(depth, at % width, Math.floor(at / width), radius, step)
    if (plane) planes.push({ at, plane })
  }
  return planes
}

/** Where a function with one valley between `low` and `high` is least, to 0.01 (Kiefer 1953). */
function goldenSection(value: (at: number) => number, low: number, high: number): number {
  let [a, b] = [low, high]
  while (b - a > 0.01) {
    const c = b - GOLDEN * (b - a)
    const d = a + GOLDEN * (b - a)
    if (value(c) <= value(d)) b = d
    else a = c
  }
  return (a + b) / 2
}
