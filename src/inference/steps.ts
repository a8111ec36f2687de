import { Tensor } from 'onnxruntime-node'
import type { CardTensor } from '../shared/card'
import { tensorOf } from '../shared/card-graphs'
import { AppError } from '../shared/errors'
import type { WeightsCut } from '../shared/lab/weights-cut'
import type { TaskId } from '../shared/tasks'
import type { Model, Values } from './model'
import { value } from './values'

/** Cuts of the two steps between queries. */
export interface ExchangeCuts {
  readonly task: WeightsCut
  readonly scale: WeightsCut
}

/** Queries (task, scale, query, channel) through the steps between them. Inputs that change nothing are fed neutrally. */
export function runExchange(
  model: Model,
  queries: Tensor,
  cuts: ExchangeCuts | null,
  fetch: readonly string[],
): Promise<Values> {
  const given: Readonly<Partial<Record<CardTensor['role'], Floats | null | undefined>>> = {
    task_bias: cuts?.task.bias,
    task_gate: cuts?.task.gate,
    scale_bias: cuts?.scale.bias,
    scale_gate: cuts?.scale.gate,
  }
  const feeds: Record<string, Tensor> = {}
  for (const input of model.graph('cross_task').inputs)
    feeds[input.name] = input.role === 'queries' ? queries : changes(input, given[input.role] ?? null)
  return model.run('cross_task', feeds, fetch)
}

/**
 * One task's decoder. `encoded` holds the encoder's features; `queries` are those of all tasks after the exchange, of
 * which the task's are one contiguous slice (task first).
 */
export function runDecoder(
  model: Model,
  task: TaskId,
  encoded: Values,
  queries: Float32Array<ArrayBuffer>,
  cut: WeightsCut | null,
  fetch: readonly string[],
): Promise<Values> {
  const produced = model.graph('encoder').outputs
  const name = `decoder_${task}`
  const feeds: Record<string, Tensor> = {}
  for (const input of model.graph(name).inputs)
    if (input.role === 'features')
      feeds[input.name] = value(encoded, tensorOf(produced, 'features', input.task, input.scale))
    else if (input.role === 'queries')
      feeds[input.name] = new Tensor('float32', ofTask(model, task, queries), input.shape)
    else feeds[input.name] = changes(input, (input.role === 'decoder_gate' ? cut?.gate : cut?.bias) ?? null)
  return model.run(name, feeds, fetch)
}

/** The slice of numbers (task, ...) that belongs to a task; shares memory. */
export function ofTask(
  { card }: Model,
  task: TaskId,
  queries: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const position = card.tasks.findIndex(({ id }) => id === task)
  const length = queries.length / card.tasks.length
  return queries.subarray(position * length, (position + 1) * length)
}

type Floats = Float32Array<ArrayBuffer>

/** A bias or gate; null = the value that changes nothing. */
function changes(input: CardTensor, given: Floats | null): Tensor {
  if (!given) return neutral(input)
  const length = lengthOf(input)
  if (given.length === length) return new Tensor('float32', given, input.shape)
  throw new AppError(
    'internal',
    `${input.name} needs ${length} values for [${input.shape.join(', ')}], found ${given.length}`,
  )
}

/** They are megabytes and always the same; kept as long as their card is. */
const neutrals = new WeakMap<CardTensor, Tensor>()
function neutral(input: CardTensor): Tensor {
  const known = neutrals.get(input)
  if (known) return known
  const data = new Float32Array(lengthOf(input)).fill(input.role.endsWith('_gate') ? 1 : 0)
  const made = new Tensor('float32', data, input.shape)
  neutrals.set(input, made)
  return made
}

function lengthOf({ shape }: CardTensor): number {
  return shape.reduce((product, size) => product * size, 1)
}
