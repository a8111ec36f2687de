import type { MapKind } from '../maps'

export const TASK_IDS = ['semseg', 'depth', 'normals', 'edge', 'sal', 'human_parts'] as const
export type TaskId = (typeof TASK_IDS)[number]

/** What every module needs to know of a task; one file per task, one table in `index.ts`. */
export interface Task {
  readonly id: TaskId
  /** The words a user reads. */
  readonly label: string
  readonly kind: MapKind
  /** Unit of a value under the cursor; null for classes. */
  readonly unit: string | null
}
