import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { QueryAddress, QueryView } from '../../../editor/types'

/** Another query and how much passes between it and the one that is looked at. */
export interface Partner {
  readonly address: QueryAddress
  readonly share: number
}
/** One block of a row or a column of the exchange: the queries of a task (same scale) or of a scale (same task). */
export interface ExchangeBlock {
  readonly label: string
  readonly step: 'task' | 'scale'
  readonly partners: readonly Partner[]
  readonly total: number
}
export interface Exchanges {
  /** What the query reads from others. */
  readonly reads: readonly ExchangeBlock[]
  /** What others read from it, each as a share of its own row. */
  readonly readBy: readonly ExchangeBlock[]
}

/** Row and column of a query in both steps, block by block. */
export function exchangesOf(
  view: Pick<QueryView, 'taskStep' | 'scaleStep'>,
  query: QueryAddress,
  model: { readonly tasks: readonly TaskId[]; readonly strides: readonly number[]; readonly queries: number },
): Exchanges {
  const { tasks, strides, queries } = model
  const between = (weights: Float32Array): ExchangeBlock[] =>
    tasks.map((task, at) =>
      block('task', TASKS[task].label, weights.subarray(at * queries, (at + 1) * queries), (index) => ({
        task,
        scale: query.scale,
        query: index,
      })),
    )
  const along = (weights: Float32Array | undefined): ExchangeBlock[] =>
    weights
      ? strides.map((stride, scale) =>
          block(
            'scale',
            `1/${stride}`,
            weights.subarray(scale * queries, (scale + 1) * queries),
            (index) => ({
              task: query.task,
              scale,
              query: index,
            }),
          ),
        )
      : []
  const { taskStep, scaleStep } = view
  return {
    reads: [...between(taskStep.reads), ...along(scaleStep?.reads)],
    readBy: [...between(taskStep.readBy), ...along(scaleStep?.readBy)],
  }
}

function block(
  step: ExchangeBlock['step'],
  label: string,
  weights: Float32Array,
  addressOf: (index: number) => QueryAddress,
): ExchangeBlock {
  const partners = Array.from(weights, (share, index) => ({ address: addressOf(index), share }))
  return { label, step, partners, total: partners.reduce((sum, { share }) => sum + share, 0) }
}

/** The strongest partners of all blocks, itself left out. */
export function strongest(
  blocks: readonly ExchangeBlock[],
  self: QueryAddress,
  most: number,
): readonly Partner[] {
  return blocks
    .flatMap(({ partners }) => partners)
    .filter(({ address, share }) => share > 0 && !same(address, self))
    .sort((a, b) => b.share - a.share)
    .slice(0, most)
}

export function same(a: QueryAddress | null, b: QueryAddress | null): boolean {
  return a !== null && b !== null && a.task === b.task && a.scale === b.scale && a.query === b.query
}
