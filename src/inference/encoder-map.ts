import { imageRectOnGrid, queryMap } from '../shared/attention'
import { findTensor } from '../shared/card-graphs'
import { AppError } from '../shared/errors'
import type { EncoderMapJob, EncoderMapResult } from '../shared/inference-protocol'
import type { Encoder } from './encoder'

/** One query's encoder attention, mean over heads; the encoder runs only when the image's results are not kept. */
export async function encoderMap(encoder: Encoder, job: EncoderMapJob): Promise<EncoderMapResult> {
  const { model } = encoder
  const { card } = model
  const outputs = model.graph('encoder').outputs
  const tensor = findTensor(outputs, 'encoder_attention', job.task, job.scale)
  const grid = card.scales[job.scale]
  if (!tensor || !grid || job.query >= card.queries)
    throw new AppError(
      'internal',
      `no encoder attention of ${job.task}, scale ${job.scale}, query ${job.query}; the model has ${card.scales.length} scales and ${card.queries} queries`,
    )
  const { values, placed } = await encoder.encode(
    job.image,
    outputs.map(({ name }) => name),
  )
  const weights = values[tensor.name]?.data
  if (!(weights instanceof Float32Array))
    throw new AppError('inference_failed', `the encoder gave no float32 "${tensor.name}"`)
  const shape = { heads: card.heads, queries: card.queries, pixels: grid.width * grid.height }
  return {
    kind: 'encoderMap',
    header: {
      width: grid.width,
      height: grid.height,
      imageRect: imageRectOnGrid(placed, card.input, grid),
    },
    data: queryMap(weights, shape, job.query),
  }
}
