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

interface Side {
  readonly needed: readonly Expected[]
  /** What older bundles lack. */
  readonly optional?: readonly Expected[]
}

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
      { needed: [image] },
      {
        needed: logits.map((id) => logitsOf(card, id)),
      },
    )
  }
  if (card.variant === 'single-graph') throw invalid('variant single-graph needs the graph "single"')
  checkSizes(card)
  const perScale = (task: TaskId, role: TensorRole, shape: (scale: number) => number[]): Expected[] =>
    card.scales.map((_, scale) => [role, task, scale, shape(scale)])
  const { tasks, scales, queries: N, heads: Hd, channels: C } = card
  const [T, S] = [tasks.length, scales.length]
  const grid = (scale: number): [number, number] => [scales[scale]!.height, scales[scale]!.width]
  const features = (task: TaskId): Expected[] => perScale(task, 'features', (s) => [1, C, ...grid(s)])
  const ids = tasks.map(({ id }) => id)
  const queries: Expected = ['queries', null, null, [T, S, N, C]]
  checkGraph(
    graphs.encoder,
    { needed: [image] },
    {
      needed: [
        queries,
        ...ids.flatMap(features),
        ...ids.flatMap((id) => perScale(id, 'encoder_attention', (s) => [Hd, N, ...grid(s)])),
      ],
      optional: [['encoder_residual', null, null, [T, S, N]]],
    },
  )
  const steps = [
    step('task', S, T * N, Hd),
    ...(card.variant === 'scale-aware' ? [step('scale', T, S * N, Hd)] : []),
  ]
  checkGraph(
    graphs.crossTask,
    { needed: [queries, ...steps.map(({ bias }) => bias)], optional: steps.map(({ gate }) => gate) },
    {
      needed: [['queries_out', null, null, [T, S, N, C]], ...steps.map((one) => one.attention)],
      optional: steps.flatMap(({ explained }) => explained),
    },
  )
  for (const id of ids) {
    checkGraph(
      graphOf(graphs.decoders, 'decoders', id),
      {
        needed: [...features(id), ['queries', id, null, [S, N, C]]],
        optional: [
          ['decoder_bias', id, null, [S, Hd, N]],
          ['decoder_gate', id, null, [S, Hd, N]],
        ],
      },
      {
        needed: [logitsOf(card, id), ...perScale(id, 'decoder_attention', (s) => [Hd, ...grid(s), N])],
        optional: [
          ...perScale(id, 'decoder_gram', () => [N, Hd, Hd]),
          ...perScale(id, 'decoder_coarser', (s) => grid(s)).slice(0, -1),
        ],
      },
    )
    if (graphs.contributions)
      checkGraph(
        graphOf(graphs.contributions, 'contributions', id),
        { needed: features(id) },
        { needed: perScale(id, 'encoder_gram', (s) => [Hd, Hd, ...grid(s)]) },
      )
  }
}

/** The tensors of the step between tasks or between scales: `outer` blocks of `tokens` that read each other. */
function step(
  axis: 'task' | 'scale',
  outer: number,
  tokens: number,
  heads: number,
): Record<'bias' | 'gate' | 'attention', Expected> & { explained: Expected[] } {
  const square = [outer, heads, tokens, tokens]
  return {
    bias: [`${axis}_bias`, null, null, square, [outer, 1, tokens, tokens]],
    gate: [`${axis}_gate`, null, null, square],
    attention: [`cross_${axis}_attention`, null, null, square],
    explained: [
      [`cross_${axis}_gram`, null, null, [outer, tokens, heads, heads]],
      [`cross_${axis}_residual`, null, null, [outer, tokens]],
    ],
  }
}

function graphOf(graphs: Record<string, CardGraph>, key: string, task: TaskId): CardGraph {
  const graph = graphs[task]
  if (!graph) throw invalid(`graphs.${key} has no "${task}"`)
  return graph
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

function checkGraph(graph: CardGraph, inputs: Side, outputs: Side): void {
  const present = checkTensors(`inputs of ${graph.file}`, graph.inputs, inputs)
  checkTensors(`outputs of ${graph.file}`, graph.outputs, outputs)
  // The graph would want feeds that nothing produces; an output more is only left unread.
  if (graph.inputs.length !== present)
    throw invalid(`${graph.file} lists ${graph.inputs.length} inputs, expected ${present}`)
}

/** How many of the expected tensors are there. */
function checkTensors(
  where: string,
  tensors: readonly CardTensor[],
  { needed, optional = [] }: Side,
): number {
  const present = optional.filter(([role, task, scale]) => findTensor(tensors, role, task, scale))
  for (const [role, task, scale, ...shapes] of [...needed, ...present]) {
    const tensor = findTensor(tensors, role, task, scale)
    if (!tensor) throw invalid(`the ${where} lack ${describe(role, task, scale)}`)
    if (!shapes.some((shape) => shape.join() === tensor.shape.join()))
      throw invalid(
        `"${tensor.name}" among the ${where} is [${tensor.shape.join(', ')}], expected [${shapes[0]?.join(', ')}]`,
      )
  }
  return needed.length + present.length
}

function invalid(found: string): AppError {
  return new AppError('bundle_invalid', `model.json contradicts itself: ${found}; export the bundle again`)
}
