import { fill } from './fill'
import type { Operation } from './operation'
import { selectAll, selectInverse, selectNothing } from './selection'

/** Every operation, in the order of the panel. Adding one is a file and a line here. */
export const OPERATIONS: readonly Operation[] = Object.freeze([selectAll, selectNothing, selectInverse, fill])

/** An operation by id; undefined when there is none. */
export function operationById(id: string): Operation | undefined {
  return OPERATIONS.find((operation) => operation.id === id)
}
