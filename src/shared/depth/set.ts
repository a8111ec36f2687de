import type { ScalarMap } from '../maps'
import { eachMasked } from '../masked'
import type { Mask } from '../mask'
import { expectDepth } from './value'

/** Gives every selected pixel the same depth, those without one too. Throws `value_out_of_range`, `size_mismatch`. */
export function setDepth(map: ScalarMap, mask: Mask, metres: number): void {
  expectDepth(metres)
  eachMasked(map, mask, (at) => {
    map.data[at] = metres
  })
}

/** Marks every selected pixel as unknown. Throws `size_mismatch`. */
export function invalidateDepth(map: ScalarMap, mask: Mask): void {
  eachMasked(map, mask, (at) => {
    map.data[at] = 0
  })
}
