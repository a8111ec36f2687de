import type { TaskId } from '../../shared/tasks'

/** Names short enough for the head of a matrix column; the full ones are in the task table. */
export const SHORT_NAMES: Readonly<Record<TaskId, string>> = Object.freeze({
  semseg: 'Seg',
  depth: 'Depth',
  normals: 'Norm',
  edge: 'Bound',
  sal: 'Sal',
  human_parts: 'Parts',
})
