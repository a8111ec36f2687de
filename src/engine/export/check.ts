import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'

/**
 * The largest difference between a map and what its file holds. Throws `export_mismatch` when it exceeds `tolerance`
 * or the maps differ in kind or size.
 */
export function differenceWithin(
  file: string,
  expected: DenseMap,
  found: DenseMap,
  tolerance: number,
): number {
  const difference = largestDifference(expected, found)
  // float32 arithmetic may exceed the exact half step by one part in a million.
  if (difference <= tolerance * (1 + 1e-5)) return difference
  throw new AppError(
    'export_mismatch',
    `${file} read back differs from the corrected map by ${difference}; ${tolerance} is allowed`,
  )
}

function largestDifference(a: DenseMap, b: DenseMap): number {
  if (a.kind !== b.kind || a.width !== b.width || a.height !== b.height) return Infinity
  if (a.kind === 'class' && b.kind === 'class') return Buffer.compare(a.data, b.data) === 0 ? 0 : Infinity
  let largest = 0
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]!)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  return largest
}

/** Throws `export_mismatch` unless both hold the same numbers. */
export function expectEqual(file: string, expected: ArrayLike<number>, found: ArrayLike<number>): number {
  let at = expected.length === found.length ? 0 : -1
  while (at >= 0 && at < expected.length && expected[at] === found[at]) at++
  if (at === expected.length) return 0
  throw new AppError('export_mismatch', `${file} read back differs from what was written`)
}
