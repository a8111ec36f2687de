import { IGNORE_CLASS } from '../../../shared/maps'
import type { TaskView } from '../../editor/types'

export interface ClassChoice {
  readonly index: number
  readonly name: string
  /** CSS colour, null for the ignore label, which is drawn transparent. */
  readonly colour: string | null
}

/** Everything a class brush can paint: the task's classes in their order, then the ignore label. */
export function classChoices(task: Pick<TaskView, 'classes' | 'palette'>): readonly ClassChoice[] {
  const classes = (task.classes ?? []).map((name, index) => {
    const rgb = task.palette?.[index]
    return { index, name, colour: rgb ? `rgb(${rgb.join(' ')})` : null }
  })
  return [...classes, { index: IGNORE_CLASS, name: 'ignore', colour: null }]
}

/** Choices whose name contains `query` or whose index is `query`; names that start with it come first. */
export function matching(choices: readonly ClassChoice[], query: string): readonly ClassChoice[] {
  const part = query.trim().toLowerCase()
  if (part === '') return choices
  const starts = (choice: ClassChoice): boolean => choice.name.toLowerCase().startsWith(part)
  const found = choices.filter(
    (choice) => choice.name.toLowerCase().includes(part) || String(choice.index) === part,
  )
  return [...found.filter(starts), ...found.filter((choice) => !starts(choice))]
}
