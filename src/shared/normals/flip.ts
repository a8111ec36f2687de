import type { VectorMap } from '../maps'
import type { Mask } from '../mask'
import { eachMasked } from '../masked'

export const AXES = ['x', 'y', 'z'] as const
export type Axis = (typeof AXES)[number]

/** Turns the sign of one component of every selected direction; twice is nothing. Throws `size_mismatch`. */
export function flipNormals(map: VectorMap, mask: Mask, axis: Axis): void {
  const channel = AXES.indexOf(axis)
  eachMasked(map, mask, (at) => {
    // Subtracting from 0 leaves no negative zero behind.
    map.data[at * 3 + channel] = 0 - map.data[at * 3 + channel]!
  })
}
