import * as v from 'valibot'
import { TASK_IDS } from './tasks'

/** The bundle card `model.json`: what Python writes and the studio reads. All tensors are float32, batch 1. */
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const index = v.pipe(v.number(), v.integer(), v.minValue(0))
const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))
const colour = v.tuple([byte, byte, byte])
const triple = v.tuple([v.number(), v.number(), v.number()])
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200))

/**
 * What a tensor of a graph is. A `bias` is added to attention logits, a `gate` multiplies weights after the softmax; zeros
 * and ones change nothing. A `residual` is the norm of the token (or pixel) that a step adds to. A `gram` holds the inner
 * products <u_a(j), u_b(j)> of what heads a and b would add for one unit of attention to token (or pixel) j, so that the
 * contribution of weights x over the heads is sqrt(x' G x) (Kobayashi et al. 2020).
 */
export const TENSOR_ROLES = [
  'image',
  'features',
  'queries',
  'encoder_attention',
  'encoder_residual',
  'encoder_gram',
  'task_bias',
  'task_gate',
  'scale_bias',
  'scale_gate',
  'queries_out',
  'cross_task_attention',
  'cross_task_gram',
  'cross_task_residual',
  'cross_scale_attention',
  'cross_scale_gram',
  'cross_scale_residual',
  'decoder_bias',
  'decoder_gate',
  'logits',
  'decoder_attention',
  'decoder_gram',
  'decoder_coarser',
] as const

const tensorSchema = v.object({
  name,
  role: v.picklist(TENSOR_ROLES),
  task: v.nullable(v.picklist(TASK_IDS)),
  scale: v.nullable(index),
  axes: v.array(name),
  shape: v.array(count),
})

/** A file of the bundle, its path from the bundle's folder with `/`. */
const file = { file: name, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), bytes: count }

const graphSchema = v.object({
  ...file,
  /** Files that hold weights of the graph outside it (ONNX external data), in the graph's folder or below. */
  data: v.optional(v.array(v.object(file))),
  opset: count,
  inputs: v.array(tensorSchema),
  outputs: v.array(tensorSchema),
})

const taskSchema = v.object({
  id: v.picklist(TASK_IDS),
  kind: v.picklist(['class', 'scalar', 'vector', 'probability']),
  channels: count,
  classes: v.nullable(v.array(name)),
  palette: v.nullable(v.array(colour)),
  ignore: v.nullable(v.number()),
  activation: v.picklist(['argmax', 'clamp-min-0', 'l2-normalise', 'sigmoid', 'softmax1']),
  unit: v.nullable(v.string()),
})

export const cardSchema = v.object({
  schemaVersion: v.literal(1),
  name,
  variant: v.picklist(['released', 'scale-aware', 'single-graph']),
  licence: v.string(),
  description: v.string(),
  tasks: v.pipe(v.array(taskSchema), v.minLength(1)),
  scales: v.array(v.object({ stride: count, height: count, width: count })),
  queries: index,
  heads: index,
  channels: index,
  input: v.object({
    height: count,
    width: count,
    mean: triple,
    std: triple,
    order: v.literal('rgb'),
    scale: v.number(),
    resize: v.literal('fit-down-triangle'),
    padding: v.object({
      position: v.literal('centre'),
      fill: v.literal(0),
      when: v.literal('after-normalise'),
    }),
  }),
  graphs: v.union([
    v.object({
      encoder: graphSchema,
      crossTask: graphSchema,
      decoders: v.record(v.string(), graphSchema),
      /** Features of a task to `encoder_gram` per scale: apart, because a runtime computes every output of a graph. */
      contributions: v.optional(v.record(v.string(), graphSchema)),
    }),
    v.object({ single: graphSchema }),
  ]),
  provenance: v.record(v.string(), v.unknown()),
})

export type Card = v.InferOutput<typeof cardSchema>
export type CardTask = Card['tasks'][number]
export type CardGraph = v.InferOutput<typeof graphSchema>
export type CardFile = Pick<CardGraph, 'file' | 'sha256' | 'bytes'>
export type CardTensor = v.InferOutput<typeof tensorSchema>
export type TensorRole = (typeof TENSOR_ROLES)[number]
