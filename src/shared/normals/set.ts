import type { Vec3 } from '../camera'
import type { VectorMap } from '../maps'
import type { Mask } from '../mask'
import { eachMasked } from '../masked'
import { expectDirection, writeNormal } from './value'

/** Gives every selected pixel the same direction, scaled to length 1. Throws `value_out_of_range`, `size_mismatch`. */
export function setNormals(map: VectorMap, mask: Mask, direction: Vec3): void {
  const scaled = expectDirection(direction)
  eachMasked(map, mask, (at) => writeNormal(map.data, at, scaled))
}

/** Marks every selected pixel as unknown: (0, 0, 0). Throws `size_mismatch`. */
export function invalidateNormals(map: VectorMap, mask: Mask): void {
  eachMasked(map, mask, (at) => writeNormal(map.data, at, [0, 0, 0]))
}
