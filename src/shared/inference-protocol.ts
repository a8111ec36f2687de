import * as v from 'valibot'
import { cardSchema, TENSOR_ROLES } from './card'
import { attentionSummarySchema } from './contract'
import { labJobSchema, labResultSchema, type LabResult } from './lab/protocol'
import { PROVIDERS, type ProviderChoice } from './providers'
import { TASK_IDS } from './tasks'

/** What the engine and the inference child say to each other (structured clone, typed arrays pass as they are). */

const taskId = v.picklist(TASK_IDS)
const provider = v.picklist(PROVIDERS)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const floats = v.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array)
const bytes = v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array)

/** The bundle a job runs on, and on what. */
const loadedModelSchema = v.object({ directory: v.string(), hash: v.string(), card: cardSchema, provider })

/** `key` identifies the image (a hash of its content): encoder results are kept by it. */
const imageSchema = v.object({ key: v.string(), width: count, height: count, data: bytes })

const forwardJobSchema = v.object({
  kind: v.literal('forward'),
  image: imageSchema,
  /** Fetch the encoder's attention too, so that opening the image in the lab needs no run. */
  keepAttention: v.boolean(),
  /** Tensors to stream before the result: logits (C,H,W) at the image's size, every attention tensor as it is. */
  stream: v.object({ logits: v.boolean(), attention: v.boolean() }),
})

export const requestSchema = v.object({
  id: count,
  /** Null: the model of the request before. A card is read in milliseconds, a pointer asks with every move. */
  model: v.nullable(loadedModelSchema),
  job: v.variant('kind', [forwardJobSchema, labJobSchema]),
})

/** A tensor as the graph gave it (attention), or brought to the image's size (logits). Row-major float32. */
const streamedTensorSchema = v.object({
  name: v.string(),
  role: v.picklist(TENSOR_ROLES),
  task: v.nullable(taskId),
  scale: v.nullable(count),
  axes: v.array(v.string()),
  shape: v.array(count),
  data: floats,
})

const floatMap = { width: count, height: count, data: floats }
const mapSchema = v.variant('kind', [
  v.object({ kind: v.literal('class'), width: count, height: count, data: bytes }),
  v.object({ kind: v.literal('scalar'), ...floatMap }),
  v.object({ kind: v.literal('vector'), ...floatMap }),
  v.object({ kind: v.literal('probability'), ...floatMap }),
])

const forwardResultSchema = v.object({
  kind: v.literal('forward'),
  provider,
  /** Wall seconds by graph; a graph whose kept result was used is absent. */
  seconds: v.record(v.string(), v.number()),
  maps: v.array(v.object({ task: taskId, map: mapSchema })),
  /** Null for single-graph bundles. */
  attention: v.nullable(attentionSummarySchema),
})

/** What a job can fail with inside the child; the host adds `inference_crashed` and `cancelled`. */
const FAILURES = [
  'bad_arguments',
  'capability_missing',
  'bundle_invalid',
  'bundle_hash_mismatch',
  'provider_unavailable',
  'inference_failed',
  'out_of_memory',
  'device_lost',
  'file_too_large',
  'internal',
] as const

export const replySchema = v.variant('type', [
  v.object({ type: v.literal('progress'), id: count, graph: v.string(), done: count, total: count }),
  v.object({ type: v.literal('tensor'), id: count, tensor: streamedTensorSchema }),
  v.object({
    type: v.literal('done'),
    id: count,
    result: v.variant('kind', [forwardResultSchema, labResultSchema]),
  }),
  v.object({ type: v.literal('failed'), id: count, code: v.picklist(FAILURES), message: v.string() }),
])

export type Failure = (typeof FAILURES)[number]
export type LoadedModel = v.InferOutput<typeof loadedModelSchema>
/** As callers name a bundle: the provider may be left to the trials of `auto`. */
export type ModelRef = Omit<LoadedModel, 'provider'> & { readonly provider: ProviderChoice }
export type KeyedImage = v.InferOutput<typeof imageSchema>
export type ForwardJob = v.InferOutput<typeof forwardJobSchema>
export type InferenceRequest = v.InferOutput<typeof requestSchema>
export type InferenceJob = InferenceRequest['job']
export type StreamedTensor = v.InferOutput<typeof streamedTensorSchema>
export type ForwardResult = v.InferOutput<typeof forwardResultSchema>
/** What each kind of job is answered with. */
export interface JobResults {
  forward: ForwardResult
  lab: LabResult
}
export type InferenceReply = v.InferOutput<typeof replySchema>

export function isFailure(code: string): code is Failure {
  return FAILURES.some((known) => known === code)
}
