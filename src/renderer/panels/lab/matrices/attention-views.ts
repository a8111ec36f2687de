import type { Intervention } from '../../../../shared/lab/intervention'
import type { MatrixAnswer } from '../../../../shared/lab/wire'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import { linkState, type LinkAddress } from '../../../editor/lab/changes'
import { percent } from '../ramp'
import { SHORT_NAMES } from '../../task-names'
import type { MatrixCell, MatrixGroup, MatrixName, MatrixView } from './matrix-view'

/** Which links the matrices are of: between tasks at a scale, or between scales of a task. */
export type LinkLevel = 'task' | 'scale'

/** What names and links of matrices are made from. */
export interface MatrixContext {
  readonly tasks: readonly TaskId[]
  /** Fine to coarse. */
  readonly strides: readonly number[]
  readonly head: number | null
  readonly active: readonly Intervention[]
}

export const taskName = (task: TaskId): MatrixName => ({
  short: SHORT_NAMES[task],
  full: TASKS[task].label.toLowerCase(),
})
export const scaleName = (stride: number | undefined): MatrixName => ({
  short: `1/${stride ?? '?'}`,
  full: `scale 1/${stride ?? '?'}`,
})

/** Names of the blocks that read and are read at a level. */
export function blockNames(level: LinkLevel, { tasks, strides }: MatrixContext): readonly MatrixName[] {
  return level === 'task' ? tasks.map(taskName) : strides.map(scaleName)
}

/** The name of the scale or task that one matrix belongs to. */
export function matrixName(level: LinkLevel, at: number, { tasks, strides }: MatrixContext): MatrixName {
  if (level === 'task') return scaleName(strides[at])
  const task = tasks[at]
  return task ? taskName(task) : { short: '?', full: '?' }
}

/** The link from block `source` to block `target` of matrix `at`; null for places the model lacks. */
export function linkAt(
  level: LinkLevel,
  at: number,
  target: number,
  source: number,
  { tasks, head }: MatrixContext,
): LinkAddress | null {
  if (level === 'scale') {
    const task = tasks[at]
    return task ? { kind: 'scaleLink', task, source, target, head } : null
  }
  const [reader, read] = [tasks[target], tasks[source]]
  return reader && read ? { kind: 'taskLink', scale: at, source: read, target: reader, head } : null
}

/** What is kept of a target's own token, beside what it reads. */
const OWN: MatrixName = { short: 'kept', full: 'what it was before the step' }

/** Attention as small multiples on one scale. With contributions a last column says what each target kept of itself. */
export function attentionGroup(
  level: LinkLevel,
  { matrices, max }: MatrixAnswer,
  context: MatrixContext,
): MatrixGroup {
  const names = blockNames(level, context)
  const views = matrices.map(({ at, values, own }): MatrixView => {
    const title = matrixName(level, at, context)
    const hasOwn = own.some((value) => value > 0)
    const cells = values.map((row, target): MatrixCell[] => {
      const reader = names[target]?.full ?? '?'
      const read = row.map((value, source): MatrixCell => {
        const link = linkAt(level, at, target, source, context)
        const sentence = `${title.full}: ${reader} reads ${words(value)} from ${names[source]?.full ?? '?'}`
        return {
          ...shown(value, max),
          sentence,
          link,
          factor: link ? linkState(context.active, link).factor : 1,
        }
      })
      const kept = own[target] ?? 0
      const sentence = `${title.full}: ${reader} keeps ${words(kept)} of ${OWN.full}`
      return hasOwn
        ? [...read, { value: kept, text: percent(kept), share: null, sentence, link: null, factor: 1 }]
        : read
    })
    const columns = hasOwn ? [...names, OWN] : names
    return { key: String(at), title: title.short, rows: names, columns, cells, apart: names.length }
  })
  return { title: 'Attention', views, from: '0', to: words(max) }
}

function shown(value: number, max: number): Pick<MatrixCell, 'value' | 'text' | 'share'> {
  return { value, text: percent(value), share: max > 0 ? Math.min(1, value / max) : 0 }
}

function words(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
