import type { Card, CardGraph, CardTensor, TensorRole } from '../../shared/card'
import { describe, findTensor } from '../../shared/card-graphs'
import { AppError } from '../../shared/errors'
import { TASKS, type TaskId } from '../../shared/tasks'

/** Channels each activation needs; null = one per class. */
const ACTIVATIONS = {
  argmax: { kind: 'class', channels: null },
  'clamp-min-0': { kind: 'scalar', channels: 1 },
  'l2-normalise': { kind: 'vector', channels: 3 },
  sigmoid: { kind: 'probability', channels: 1 },
  softmax1: { kind: 'probability', channels: 2 },
} as const

type Expected = readonly [role: TensorRole, task: TaskId | null, scale: number | null, ...shapes: number[][]]

/**
 * Checks what the schema cannot: that tasks, graphs and tensors fit each other, so that inference may rely on the
 * card. The tensors are those of the bundle contract. Throws `bundle_invalid` naming the first contradiction.
 */
export function checkCard(card: Card): void {
  checkTasks(card)
  const { input, graphs } = card
  const image: Expected = ['image', null, null, [1, 3, input.height, input.width]]
  if ('single' in graphs) {
    if (card.variant !== 'single-graph') throw invalid(`variant ${card.variant} has the graph "single"`)
    const logits = card.tasks.map(({ id }) => id)
    return checkGraph(
      graphs.single,
      [image],
      logits.map((id) => logitsOf(card, id)),
    )
  }
  if (card.variant === 'single-graph') throw invalid('variant single-graph needs the graph "single"')
  checkSizes(card)
  const perScale = (task: TaskId, role: TensorRole, shape: (scale: number) => number[]): Expected[] =>
    card.scales.map((_, scale) => [role, task, scale, shape(scale)])
  const { tasks, scales, queries: N, heads: Hd, channels: C } = card
  const [T, S] = [tasks.length, scales.length]
  const features = (task: TaskId): Expected[] =>
    perScale(task, 'features', (s) => [1, C, scales[s]!.height, scales[s]!.width])
  const ids = tasks.map(({ id }) => id)
  const queries: Expected = ['queries', null, null, [T, S, N, C]]
  checkGraph(
    graphs.encoder,
    [image],
    [
      queries,
      ...ids.flatMap(features),
      ...ids.flatMap((id) =>
        perScale(id, 'encoder_attention', (s) => [Hd, N, scales[s]!.height, scales[s]!.width]),
      ),
    ],
  )
  const acrossTasks = [Hd, 1].map((heads) => [S, heads, T * N, T * N])
  const acrossScales = [Hd, 1].map((heads) => [T, heads, S * N, S * N])
  const scaleAware = card.variant === 'scale-aware'
  checkGraph(
    graphs.crossTask,
    [queries, ['task_bias', null, null, ...acrossTasks], ...optional(scaleAware, 'scale_bias', acrossScales)],
    [
      ['queries_out', null, null, [T, S, N, C]],
      ['cross_task_attention', null, null, acrossTasks[0]!],
      ...optional(scaleAware, 'cross_scale_attention', acrossScales.slice(0, 1)),
    ],
  )
  for (const id of ids) {
    const decoder = graphs.decoders[id]
    if (!decoder) throw invalid(`graphs.decoders has no "${id}"`)
    checkGraph(
      decoder,
      [...features(id), ['queries', id, null, [S, N, C]]],
      [
        logitsOf(card, id),
        ...perScale(id, 'decoder_attention', (s) => [Hd, scales[s]!.height, scales[s]!.width, N]),
      ],
    )
  }
}

function optional(present: boolean, role: TensorRole, shapes: number[][]): Expected[] {
  return present ? [[role, null, null, ...shapes]] : []
}

function logitsOf(card: Card, task: TaskId): Expected {
  const channels = card.tasks.find(({ id }) => id === task)?.channels ?? 0
  return ['logits', task, null, [1, channels, card.input.height, card.input.width]]
}

function checkTasks({ tasks }: Card): void {
  for (const [index, { id, kind, activation, channels, classes, palette }] of tasks.entries()) {
    if (tasks.findIndex((task) => task.id === id) !== index) throw invalid(`task ${id} is listed twice`)
    if (kind !== TASKS[id].kind) throw invalid(`task ${id} is of kind ${kind}, not ${TASKS[id].kind}`)
    const needs = ACTIVATIONS[activation]
    if (needs.kind !== kind) throw invalid(`task ${id} of kind ${kind} has the activation ${activation}`)
    if (needs.channels !== null && channels !== needs.channels)
      throw invalid(`task ${id} has ${channels} channels; ${activation} needs ${needs.channels}`)
    if (kind !== 'class') continue
    // 255 is kept for pixels to ignore.
    if (channels > 255) throw invalid(`task ${id} has ${channels} classes; at most 255 are stored`)
    for (const [name, list] of Object.entries({ classes, palette }))
      if (list && list.length !== channels)
        throw invalid(`task ${id} has ${channels} channels and ${list.length} entries in ${name}`)
  }
}

function checkSizes({ variant, scales, queries, heads, channels }: Card): void {
  for (const [name, size] of Object.entries({ scales: scales.length, queries, heads, channels }))
    if (size < 1) throw invalid(`variant ${variant} needs ${name}, found ${size}`)
  if (variant === 'released' && scales.length !== 1)
    throw invalid(`variant released has one scale, found ${scales.length}`)
}

function checkGraph(graph: CardGraph, inputs: readonly Expected[], outputs: readonly Expected[]): void {
  checkTensors(`inputs of ${graph.file}`, graph.inputs, inputs)
  checkTensors(`outputs of ${graph.file}`, graph.outputs, outputs)
  // The graph would want feeds that nothing produces; an output more is only left unread.
  if (graph.inputs.length !== inputs.length)
    throw invalid(`${graph.file} lists ${graph.inputs.length} inputs, expected ${inputs.length}`)
}

function checkTensors(where: string, tensors: readonly CardTensor[], expected: readonly Expected[]): void {
  for (const [role, task, scale, ...shapes] of expected) {
    const tensor = findTensor(tensors, role, task, scale)
    if (!tensor) throw invalid(`the ${where} lack ${describe(role, task, scale)}`)
    if (!shapes.some((shape) => shape.join() === tensor.shape.join()))
      throw invalid(
        `"${tensor.name}" among the ${where} is [${tensor.shape.join(', ')}], expected [${shapes[0]?.join(', ')}]`,
      )
  }
}

function invalid(found: string): AppError {
  return new AppError('bundle_invalid', `model.json contradicts itself: ${found}; export the bundle again`)
}
