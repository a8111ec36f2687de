import { differenceAt } from '../../../../shared/difference'
import { assertNever } from '../../../../shared/errors'
import type { DenseMap } from '../../../../shared/maps'
import type { TaskView } from '../../../editor/types'
import { formatValue, valueAt } from '../../../editor/values'

/** What a cut did at one pixel, in the task's unit; null where either prediction is unknown there. */
export function effectHere(
  task: TaskView,
  cut: { readonly before: DenseMap; readonly after: DenseMap },
  at: { readonly x: number; readonly y: number },
): string | null {
  const change = differenceAt(cut.before, cut.after, at.x, at.y)
  if (change === null) return null
  switch (task.kind) {
    case 'class':
      return change === 0 ? 'same' : `→ ${formatValue(task, valueAt(cut.after, at.x, at.y))}`
    case 'vector':
      return `${change.toFixed(1)}°`
    case 'scalar':
    case 'probability':
      return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(2)}${task.unit ? ` ${task.unit}` : ''}`
    default:
      return assertNever(task.kind)
  }
}

/** The mean effect of a cut over the photo (`effectOf`) in the task's unit. */
export function effectOverall(task: TaskView, mean: number): string {
  switch (task.kind) {
    case 'class':
      return `${(mean * 100).toFixed(1)} %`
    case 'vector':
      return `${mean.toFixed(1)}°`
    case 'scalar':
      return `${mean.toFixed(3)}${task.unit ? ` ${task.unit}` : ''}`
    case 'probability':
      return mean.toFixed(3)
    default:
      return assertNever(task.kind)
  }
}
