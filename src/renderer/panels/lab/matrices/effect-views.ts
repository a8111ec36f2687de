import type { Influence } from '../../../../shared/lab/influence'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import { linkState } from '../../../editor/lab/changes'
import { effectText, effectWords } from '../effect-words'
import { blockNames, linkAt, matrixName, type LinkLevel, type MatrixContext } from './attention-views'
import type { MatrixCell, MatrixGroup, MatrixView } from './matrix-view'

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
