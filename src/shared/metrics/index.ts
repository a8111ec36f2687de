import type { TaskId } from '../tasks'
import { boundary } from './boundary/boundary'
import { depth } from './depth'
import { humanParts } from './human-parts'
import type { TaskMetric } from './metric'
import { normals } from './normals'
import { saliency } from './saliency'
import { semseg } from './semseg'

/** The metric of every task. */
export const METRICS: Readonly<Record<TaskId, TaskMetric>> = Object.freeze({
  semseg,
  depth,
  normals,
  edge: boundary,
  sal: saliency,
  human_parts: humanParts,
})
