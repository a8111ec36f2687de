import type { Influence } from '../../../../shared/lab/influence'
import type { MapKind } from '../../../../shared/maps'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import { linkState } from '../../../editor/lab/changes'
import { blockNames, linkAt, matrixName, type LinkLevel, type MatrixContext } from './attention-views'
import { cellText, type MatrixCell, type MatrixGroup, type MatrixView } from './matrix-view'

/** How effects are printed: cuts of one link are small, so depth is in millimetres and shares are in percent. */
const PRINTED: Readonly<Record<MapKind, { readonly times: number; readonly unit: string }>> = {
  class: { times: 100, unit: ' % of the pixels' },
  scalar: { times: 1000, unit: ' mm' },
  vector: { times: 1, unit: '°' },
  probability: { times: 100, unit: ' %' },
}

/** An effect with its unit, as sentences say it. */
export function effectWords(task: TaskId, value: number | null): string {
  if (value === null) return 'nothing that could be measured'
  const { times, unit } = PRINTED[TASKS[task].kind]
  const number = value * times
  return `${number >= 100 ? Math.round(number) : number.toPrecision(2)}${unit}`
}

/** The unit of `effectText`. */
export function effectUnit(task: TaskId): string {
  return PRINTED[TASKS[task].kind].unit.trim()
}

/** The same number as it fits into a cell. */
export function effectText(task: TaskId, value: number | null): string {
  return value === null ? '–' : cellText(value * PRINTED[TASKS[task].kind].times)
}

/**
 * Measured effects in the layout of the attention matrices. Each target has its own unit, so a colour is the part of the
 * largest effect on that target, links of a target to itself left out.
 */
export function effectGroup(level: LinkLevel, influence: Influence, context: MatrixContext): MatrixGroup {
  const names = blockNames(level, context)
  const outer = level === 'task' ? context.strides.length : context.tasks.length
  const valueAt = (at: number, target: number, source: number): number | null =>
    level === 'task'
      ? (influence.effect[target]?.[source]?.[at] ?? null)
      : (influence.scaleEffect[at]?.[target]?.[source] ?? null)
  const taskOf = (at: number, target: number): TaskId | undefined =>
    context.tasks[level === 'task' ? target : at]
  const largest = new Map<TaskId, number>()
  for (let at = 0; at < outer; at++)
    names.forEach((_, target) =>
      names.forEach((_name, source) => {
        const task = taskOf(at, target)
        if (task && target !== source)
          largest.set(task, Math.max(largest.get(task) ?? 0, valueAt(at, target, source) ?? 0))
      }),
    )
  const views = Array.from({ length: outer }, (_, at): MatrixView => {
    const title = matrixName(level, at, context)
    const cells = names.map((reader, target) =>
      names.map((read, source): MatrixCell => {
        const value = valueAt(at, target, source)
        const task = taskOf(at, target) ?? 'semseg'
        const most = largest.get(task) ?? 0
        const link = linkAt(level, at, target, source, context)
        return {
          value,
          text: effectText(task, value),
          share: most > 0 ? Math.min(1, (value ?? 0) / most) : 0,
          sentence: `${title.full}: cutting ${read.full} → ${reader.full} changes ${effectWords(task, value)}`,
          link,
          factor: link ? linkState(context.active, link).factor : 1,
        }
      }),
    )
    return { key: String(at), title: title.short, rows: names, columns: names, cells, apart: names.length }
  })
  const ends = [...largest].map(([task, most]) => `${TASKS[task].label} ${effectWords(task, most)}`)
  return { title: `Effect of cutting between ${level}s`, views, from: '0', to: `largest: ${ends.join(', ')}` }
}
