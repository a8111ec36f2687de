import { blockAttention } from '../shared/attention'
import type { Card, CardTask, CardTensor } from '../shared/card'
import { findTensor, tensorOf } from '../shared/card-graphs'
import type { AttentionSummary } from '../shared/contract'
import type { ForwardJob, ForwardResult, StreamedTensor } from '../shared/inference-protocol'
import { planeResizer, type Placement } from '../shared/resample'
import { decodeMap, logitsAtImage, type Logits } from './decode'
import { runOnImage, type Encoder } from './encoder'
import type { Values } from './model'
import { runDecoder, runExchange } from './steps'
import { floats, nameOf, value } from './values'

export interface Sink {
  progress(graph: string, done: number, total: number): Promise<void>
  tensor(tensor: StreamedTensor): Promise<void>
}

/** Image -> maps, with the card's graphs one after another; everything that was asked for goes to `sink` first. */
export async function forward(encoder: Encoder, job: ForwardJob, sink: Sink): Promise<ForwardResult> {
  const { card } = encoder.model
  const run = 'single' in card.graphs ? singleGraph : splitGraphs
  const { maps, seconds, attention } = await run(encoder, job, sink)
  return { kind: 'forward', provider: encoder.model.provider, seconds, maps, attention }
}

type Part = Pick<ForwardResult, 'maps' | 'seconds' | 'attention'>

async function singleGraph({ model }: Encoder, job: ForwardJob, sink: Sink): Promise<Part> {
  const { tasks } = model.card
  const graph = model.graph('single')
  await sink.progress('single', 0, 1)
  const outputs = tasks.map((task) => tensorOf(graph.outputs, 'logits', task.id))
  const result = await runOnImage(model, 'single', job.image, outputs.map(nameOf))
  const maps: ForwardResult['maps'] = []
  for (const [index, task] of tasks.entries()) {
    const output = outputs[index]!
    maps.push(
      await decoded(model.card, task, output, floats(result.values, output), result.placed, job, sink),
    )
  }
  await sink.progress('single', 1, 1)
  return { maps, seconds: { single: result.seconds }, attention: null }
}

async function splitGraphs(encoder: Encoder, job: ForwardJob, sink: Sink): Promise<Part> {
  const { model } = encoder
  const { tasks } = model.card
  const total = 2 + tasks.length
  const seconds: Record<string, number> = {}

  await sink.progress('encoder', 0, total)
  const encoderOutputs = model
    .graph('encoder')
    .outputs.filter(({ role }) => role !== 'encoder_attention' || job.keepAttention || job.stream.attention)
  const encoded = await encoder.encode(job.image, encoderOutputs.map(nameOf))
  if (encoded.fresh) seconds.encoder = encoded.seconds
  if (job.stream.attention) await streamAttention(encoderOutputs, encoded.values, sink)

  await sink.progress('cross_task', 1, total)
  const crossOutputs = model.graph('cross_task').outputs
  const queriesIn = value(encoded.values, tensorOf(model.graph('encoder').outputs, 'queries'))
  const crossed = await timed(seconds, 'cross_task', () =>
    runExchange(model, queriesIn, null, crossOutputs.map(nameOf)),
  )
  if (job.stream.attention) await streamAttention(crossOutputs, crossed, sink)

  const queries = floats(crossed, tensorOf(crossOutputs, 'queries_out'))
  const maps: ForwardResult['maps'] = []
  for (const [index, task] of tasks.entries()) {
    const name = `decoder_${task.id}`
    await sink.progress(name, 2 + index, total)
    const outputs = model.graph(name).outputs.filter(({ role }) => role === 'logits' || job.stream.attention)
    const values = await timed(seconds, name, () =>
      runDecoder(model, task.id, encoded.values, queries, null, outputs.map(nameOf)),
    )
    if (job.stream.attention) await streamAttention(outputs, values, sink)
    const output = tensorOf(outputs, 'logits', task.id)
    maps.push(await decoded(model.card, task, output, floats(values, output), encoded.placed, job, sink))
  }
  await sink.progress('done', total, total)
  return { maps, seconds, attention: summarise(model.card, crossOutputs, crossed) }
}

async function decoded(
  { input }: Card,
  task: CardTask,
  output: CardTensor,
  data: Float32Array,
  placed: Placement,
  job: ForwardJob,
  sink: Sink,
): Promise<ForwardResult['maps'][number]> {
  const { width, height } = job.image
  const logits: Logits = {
    data,
    channels: task.channels,
    plane: input.width * input.height,
    toImage: planeResizer(input.width, placed, { width, height }),
  }
  if (job.stream.logits)
    await sink.tensor({
      name: output.name,
      role: 'logits',
      task: task.id,
      scale: null,
      axes: ['channel', 'height', 'width'],
      shape: [task.channels, height, width],
      data: logitsAtImage(logits),
    })
  return { task: task.id, map: decodeMap(task, logits) }
}

async function streamAttention(tensors: readonly CardTensor[], values: Values, sink: Sink): Promise<void> {
  for (const tensor of tensors) {
    if (!tensor.role.endsWith('_attention')) continue
    const { name, role, task, scale, axes, shape } = tensor
    await sink.tensor({ name, role, task, scale, axes, shape, data: floats(values, tensor) })
  }
}

function summarise(card: Card, outputs: readonly CardTensor[], values: Values): AttentionSummary {
  const { heads, queries } = card
  const tasks = card.tasks.map(({ id }) => id)
  const across = findTensor(outputs, 'cross_scale_attention')
  return {
    tasks,
    scales: card.scales.map(({ stride }) => ({ stride })),
    queries,
    heads,
    crossTask: blockAttention(floats(values, tensorOf(outputs, 'cross_task_attention')), {
      outer: card.scales.length,
      heads,
      blocks: tasks.length,
      queries,
    }),
    crossScale: across
      ? blockAttention(floats(values, across), {
          outer: tasks.length,
          heads,
          blocks: card.scales.length,
          queries,
        })
      : [],
  }
}

async function timed<T>(seconds: Record<string, number>, name: string, run: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await run()
  seconds[name] = (performance.now() - start) / 1000
  return result
}
