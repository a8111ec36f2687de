import { unit } from '../camera'
import type { VectorMap } from '../maps'
import type { Mask } from '../mask'
import { eachMasked } from '../masked'
import { normalAt, writeNormal } from './value'

/** Scales every selected vector to length 1; zero, and what is not finite, becomes unknown. Throws `size_mismatch`. */
export function renormalise(map: VectorMap, mask: Mask): void {
  eachMasked(map, mask, (at) => writeNormal(map.data, at, unit(normalAt(map.data, at)) ?? [0, 0, 0]))
}
