import type { CardTensor } from '../../shared/card'
import { findTensor, tensorOf } from '../../shared/card-graphs'
import type { CompiledInterventions } from '../../shared/lab/compile'
import { Quantised } from '../../shared/lab/quantised'
import type { DenseMap } from '../../shared/maps'
import { planeResizer } from '../../shared/resample'
import type { TaskId } from '../../shared/tasks'
import { decodeMap } from '../decode'
import type { Values } from '../model'
import { runDecoder } from '../steps'
import { floats, nameOf } from '../values'
import type { LabSample } from './sample'

type Floats = Float32Array<ArrayBuffer>

/** How the pixels of one scale read their task's queries. */
export interface DecoderScale {
  /** Row = head * pixels + pixel, over the queries. */
  readonly attention: Quantised
  /** (query, head, head); null in bundles without contributions. */
  readonly gram: Floats | null
  /** Per pixel the norm of what came up from the coarser scale; null at the coarsest. */
  readonly coarser: Floats | null
}
/** What a task's decoder gave. */
export interface Decoded {
  readonly map: DenseMap
  /** Fine to coarse. */
  readonly scales: readonly DecoderScale[]
}

/** Runs one task's decoder and keeps its map at the image's size and its attention in a compact form. */
export async function runLabDecoder(
  sample: LabSample,
  task: TaskId,
  queries: Floats,
  { decoders }: CompiledInterventions,
): Promise<Decoded> {
  const { model } = sample
  const { outputs } = model.graph(`decoder_${task}`)
  const cut = decoders.get(task) ?? null
  const values = await runDecoder(model, task, sample.encoded, queries, cut, outputs.map(nameOf))
  const optional = (tensor: CardTensor | undefined): Floats | null => (tensor ? floats(values, tensor) : null)
  return {
    map: mapOf(sample, task, values),
    scales: model.card.scales.map((_, scale) => ({
      attention: new Quantised(
        floats(values, tensorOf(outputs, 'decoder_attention', task, scale)),
        model.card.queries,
      ),
      gram: optional(findTensor(outputs, 'decoder_gram', task, scale)),
      coarser: optional(findTensor(outputs, 'decoder_coarser', task, scale)),
    })),
  }
}

/** Only the prediction under changed queries; its attention is not looked at. */
export async function predictedMap(
  sample: LabSample,
  task: TaskId,
  queries: Floats,
  { decoders }: CompiledInterventions,
): Promise<DenseMap> {
  const { name } = tensorOf(sample.model.graph(`decoder_${task}`).outputs, 'logits', task)
  const cut = decoders.get(task) ?? null
  const values = await runDecoder(sample.model, task, sample.encoded, queries, cut, [name])
  return mapOf(sample, task, values)
}

function mapOf({ model, placed, size }: LabSample, task: TaskId, values: Values): DenseMap {
  const { input, tasks } = model.card
  const output = tensorOf(model.graph(`decoder_${task}`).outputs, 'logits', task)
  const entry = tasks.find(({ id }) => id === task)!
  return decodeMap(entry, {
    data: floats(values, output),
    channels: entry.channels,
    plane: input.width * input.height,
    toImage: planeResizer(input.width, placed, size),
  })
}
