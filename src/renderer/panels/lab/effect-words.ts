import { differenceAt } from '../../../shared/difference'
import { assertNever } from '../../../shared/errors'
import type { DenseMap, MapKind } from '../../../shared/maps'
import { TASKS, type TaskId } from '../../../shared/tasks'
import type { TaskView } from '../../editor/types'
import { formatValue, valueAt } from '../../editor/values'
import { cellText } from './matrices/matrix-view'

/** How effects are printed: most cuts change little, so depth is in millimetres and shares are in percent. */
const PRINTED: Readonly<
  Record<MapKind, { readonly times: number; readonly unit: string; readonly of: string }>
> = {
  class: { times: 100, unit: ' %', of: ' of the pixels' },
  scalar: { times: 1000, unit: ' mm', of: '' },
  vector: { times: 1, unit: '°', of: '' },
  probability: { times: 100, unit: ' %', of: '' },
}

/** Smaller ones, in the unit they are printed in, are only said to be smaller. */
const SMALLEST = 0.01

/** An effect with its unit, two digits of it where it is below a hundred. */
export function effectAmount(kind: MapKind, value: number): string {
  const { times, unit } = PRINTED[kind]
  return `${digits(value * times)}${unit}`
}

/** An effect as sentences say it, which have no head to say what it is a share of. */
export function effectWords(task: TaskId, value: number | null): string {
  if (value === null) return 'nothing that could be measured'
  const { kind } = TASKS[task]
  return `${effectAmount(kind, value)}${PRINTED[kind].of}`
}

/** The unit of `effectText`. */
export function effectUnit(task: TaskId): string {
  const { unit, of } = PRINTED[TASKS[task].kind]
  return `${unit}${of}`.trim()
}

/** The same number as it fits into a cell. */
export function effectText(task: TaskId, value: number | null): string {
  return value === null ? '–' : cellText(value * PRINTED[TASKS[task].kind].times)
}

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
      return effectAmount(task.kind, change)
    case 'scalar':
    case 'probability': {
      const size = Math.abs(change)
      // What is printed as nothing, or as less than the smallest step, has no direction.
      const sign = size * PRINTED[task.kind].times < SMALLEST ? '' : change < 0 ? '−' : '+'
      return `${sign}${effectAmount(task.kind, size)}`
    }
    default:
      return assertNever(task.kind)
  }
}

function digits(value: number): string {
  if (value === 0) return '0'
  if (value < SMALLEST) return `<${SMALLEST}`
  return value >= 99.5 ? String(Math.round(value)) : value.toPrecision(2)
}
