import type { TaskId } from '../../../shared/tasks'
import type { ReadoutEntry, TaskView } from '../../editor/types'
import { SHORT_NAMES } from '../task-names'

export interface InspectorRow {
  readonly task: TaskId
  readonly name: string
  /** Vectors take two lines: their angle, and their components. */
  readonly vector: boolean
  /** The label as it stands: with the edits where there are any. */
  readonly label: ReadoutEntry | null
  /** What the folder's own label says, where an edit has changed it. */
  readonly was: string | null
  readonly prediction: ReadoutEntry | null
}

/** One row per task in their usual order, whether or not it has a value under the cursor, so that no row ever moves. */
export function rowsOf(
  tasks: readonly Pick<TaskView, 'id' | 'kind'>[],
  readout: readonly ReadoutEntry[],
): readonly InspectorRow[] {
  return tasks.map(({ id, kind }) => {
    const find = (source: ReadoutEntry['source']): ReadoutEntry | null =>
      readout.find((entry) => entry.task === id && entry.source === source) ?? null
    const original = find('label')
    const label = find('corrected') ?? original
    return {
      task: id,
      name: SHORT_NAMES[id],
      vector: kind === 'vector',
      label,
      was: original && label && original.text !== label.text ? original.text : null,
      prediction: find('prediction'),
    }
  })
}
