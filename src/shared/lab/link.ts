import type { TaskId } from '../tasks'
import type { CutMode, Intervention } from './intervention'
import type { MatrixAnswer } from './wire'

/**
 * A way for queries to read queries: of one task from another at the same scale, or of one scale from another of the
 * same task. Where source and target are the same, the queries read their own kind.
 */
export type Link =
  | { readonly axis: 'task'; readonly scale: number; readonly target: TaskId; readonly source: TaskId }
  | { readonly axis: 'scale'; readonly task: TaskId; readonly target: number; readonly source: number }

/** Tasks in the card's order, scales from fine to coarse. */
export interface LinkShape {
  readonly tasks: readonly TaskId[]
  readonly scales: readonly { readonly stride: number }[]
}

/** Every link of a model: [target][source][scale] between tasks, then [task][target][source] between scales if there are several. */
export function linksOf({ tasks, scales }: LinkShape): Link[] {
  const steps = scales.map((_, index) => index)
  const between = tasks.flatMap((target) =>
    tasks.flatMap((source) => steps.map((scale): Link => ({ axis: 'task', scale, target, source }))),
  )
  if (steps.length < 2) return between
  const along = tasks.flatMap((task) =>
    steps.flatMap((target) => steps.map((source): Link => ({ axis: 'scale', task, target, source }))),
  )
  return [...between, ...along]
}

/** The only task whose prediction a cut of this link can change. */
export function reachOf(link: Link): TaskId {
  return link.axis === 'task' ? link.target : link.task
}

export function isOwn(link: Link): boolean {
  return link.target === link.source
}

/** The mean matrices of both steps as the lab answers them (`MatrixAnswer`); `scale` null for one-scale models. */
export interface StepMatrices {
  readonly task: MatrixAnswer
  readonly scale: MatrixAnswer | null
}

/** Mean weight on a link: over the target's queries, summed over the source's. */
export function weightOn({ tasks }: LinkShape, { task, scale }: StepMatrices, link: Link): number {
  if (link.axis === 'task')
    return task.matrices[link.scale]?.values[tasks.indexOf(link.target)]?.[tasks.indexOf(link.source)] ?? 0
  return scale?.matrices[tasks.indexOf(link.task)]?.values[link.target]?.[link.source] ?? 0
}

/** Cutting a link alone, for all heads, as an intervention. */
export function cutOf(link: Link, mode: CutMode): Intervention {
  const entry = { id: 'cut', name: '', enabled: true, head: null, factor: 0, mode }
  return link.axis === 'task'
    ? { kind: 'taskLink', ...entry, scale: link.scale, source: link.source, target: link.target }
    : { kind: 'scaleLink', ...entry, task: link.task, source: link.source, target: link.target }
}
