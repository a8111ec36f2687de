import { acceptClass, acceptSelection } from './accept'
import { boundariesFromClasses, boundariesFromDepth, snapLines, thinLines } from './boundaries'
import { gaps, grow, islands, shrink } from './classes'
import { DEPTH_OPERATIONS } from './depth'
import { fill } from './fill'
import { NORMALS_OPERATIONS } from './normals'
import type { Operation } from './operation'
import { closeSelection, growSelection, largestSelected, shrinkSelection } from './reshape-selection'
import { selectAttention, selectClass, selectDifference, selectProbable, selectRange } from './select-values'
import { selectAll, selectInverse, selectNothing } from './selection'

/** Every operation, in the order of the panel. Adding one is a file and a line here. */
export const OPERATIONS: readonly Operation[] = Object.freeze([
  selectAll,
  selectNothing,
  selectInverse,
  selectClass,
  selectRange,
  selectProbable,
  selectDifference,
  selectAttention,
  growSelection,
  shrinkSelection,
  closeSelection,
  largestSelected,
  fill,
  acceptSelection,
  acceptClass,
  islands,
  gaps,
  grow,
  shrink,
  ...DEPTH_OPERATIONS,
  ...NORMALS_OPERATIONS,
  boundariesFromClasses,
  boundariesFromDepth,
  thinLines,
  snapLines,
])

/** An operation by id; undefined when there is none. */
export function operationById(id: string): Operation | undefined {
  return OPERATIONS.find((operation) => operation.id === id)
}
