import type { Card, CardGraph, CardTensor, TensorRole } from './card'
import { AppError } from './errors'
import type { TaskId } from './tasks'

/** Every graph of a card with the name progress and reports use: `encoder`, `cross_task`, `decoder_<task>`, `contributions_<task>` or `single`. */
export function graphsOf(card: Card): ReadonlyMap<string, CardGraph> {
  if ('single' in card.graphs) return new Map([['single', card.graphs.single]])
  const { encoder, crossTask, decoders, contributions = {} } = card.graphs
  const named = (prefix: string, graphs: Record<string, CardGraph>): [string, CardGraph][] =>
    Object.entries(graphs).map(([task, graph]) => [`${prefix}_${task}`, graph])
  return new Map([
    ['encoder', encoder],
    ['cross_task', crossTask],
    ...named('decoder', decoders),
    ...named('contributions', contributions),
  ])
}

/** The tensor with this role, task and scale (null where the role has none); undefined when the list lacks it. */
export function findTensor(
  tensors: readonly CardTensor[],
  role: TensorRole,
  task: TaskId | null = null,
  scale: number | null = null,
): CardTensor | undefined {
  return tensors.find((tensor) => tensor.role === role && tensor.task === task && tensor.scale === scale)
}

/** As `findTensor` for a card that was checked to have it. */
export function tensorOf(
  tensors: readonly CardTensor[],
  role: TensorRole,
  task: TaskId | null = null,
  scale: number | null = null,
): CardTensor {
  const found = findTensor(tensors, role, task, scale)
  if (!found) throw new AppError('bundle_invalid', `the card lists no tensor ${describe(role, task, scale)}`)
  return found
}

export function describe(role: TensorRole, task: TaskId | null, scale: number | null): string {
  return [role, task, scale === null ? null : `scale ${scale}`].filter((part) => part !== null).join(' ')
}
