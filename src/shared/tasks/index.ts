import { depth } from './depth'
import { edge } from './edge'
import { humanParts } from './human-parts'
import { normals } from './normals'
import { sal } from './sal'
import { semseg } from './semseg'
import type { Task, TaskId } from './task'

export { TASK_IDS, type Task, type TaskId } from './task'

export const TASKS: Readonly<Record<TaskId, Task>> = Object.freeze({
  semseg,
  depth,
  normals,
  edge,
  sal,
  human_parts: humanParts,
})
