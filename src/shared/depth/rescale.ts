import { AppError } from '../errors'
import type { ScalarMap } from '../maps'
import { eachMasked } from '../masked'
import type { Mask } from '../mask'
import { knownDepth } from './value'

/**
 * Z' = scale * Z + shift (metres) for every selected pixel whose depth is known: raise, lower and scale. A pixel whose
 * result would not be a depth (at or behind the camera) stays as it was. Returns how many of those there are.
 * Throws `value_out_of_range` for numbers that are not finite or a scale that is not positive, and `size_mismatch`.
 */
export function rescaleDepth(map: ScalarMap, mask: Mask, scale: number, shift: number): number {
  if (!(scale > 0 && scale < Infinity && Number.isFinite(shift)))
    throw new AppError(
      'value_out_of_range',
      `depth is changed by a positive scale and a finite shift, found ${scale} and ${shift} m`,
    )
  let kept = 0
  eachMasked(map, mask, (at) => {
    const before = map.data[at]!
    if (!knownDepth(before)) return
    const after = Math.fround(scale * before + shift)
    if (knownDepth(after)) map.data[at] = after
    else kept++
  })
  return kept
}
