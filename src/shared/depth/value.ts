import { AppError } from '../errors'

/** Whether a depth is known: positive and finite. 0 says that it is not. */
export function knownDepth(metres: number): boolean {
  return metres > 0 && metres < Infinity
}

/** Throws `value_out_of_range` unless `metres` can be stored as a depth. */
export function expectDepth(metres: number): void {
  if (!knownDepth(Math.fround(metres)))
    throw new AppError('value_out_of_range', `a depth is positive and finite, found ${metres} m`)
}
