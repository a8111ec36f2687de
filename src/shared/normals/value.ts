import { unit, type Vec3 } from '../camera'
import { AppError } from '../errors'

/** Whether pixel `at` has a direction; (0, 0, 0) says that it has none. */
export function knownNormal(data: Float32Array, at: number): boolean {
  return data[at * 3] !== 0 || data[at * 3 + 1] !== 0 || data[at * 3 + 2] !== 0
}

export function normalAt(data: Float32Array, at: number): Vec3 {
  return [data[at * 3]!, data[at * 3 + 1]!, data[at * 3 + 2]!]
}

export function writeNormal(data: Float32Array, at: number, [x, y, z]: Vec3): void {
  data[at * 3] = x
  data[at * 3 + 1] = y
  data[at * 3 + 2] = z
}

/** The unit vector along `direction`. Throws `value_out_of_range` for one without a direction. */
export function expectDirection(direction: Vec3): Vec3 {
  const scaled = unit(direction)
  if (!scaled)
    throw new AppError(
      'value_out_of_range',
      `a direction needs a finite length above 0, found (${direction.join(', ')})`,
    )
  return scaled
}
