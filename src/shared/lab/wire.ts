import * as v from 'valibot'
import { attentionMapHeaderSchema } from '../attention-map'
import { TASK_IDS } from '../tasks'
import { interventionsSchema } from './intervention'
import { regionSchema } from './region'

/**
 * The attention lab's part of the wire contract. All routes are below /v1/samples/:id/lab; requests are JSON. Answers
 * marked "frame" are a JSON header and the numbers it names behind it (`frame.ts`), float32 unless said otherwise.
 *
 * POST   /trace      TraceRequest      frame(TraceHeader, floats, and maps as 16-bit codes)
 * POST   /query      QueryRequest      frame(QueryHeader, floats)
 * POST   /gallery    GalleryRequest    frame(GalleryHeader, bytes)
 * POST   /matrix     MatrixRequest     MatrixAnswer
 * POST   /intervene  InterveneRequest  frame(IntervenedHeader, the maps' bytes)
 * POST   /effects    EffectsRequest    EffectsAnswer
 * DELETE /           forgets what is kept of the sample in memory
 *
 * 404 `sample_missing`: no such sample; `not_found`: it has no finished prediction of the open model.
 * 400 `bad_arguments`: the model has no such task, scale, query or head.
 * 409 `model_changed`: `model` is not the hash of the open model. 422 `capability_missing`: the bundle lacks a tensor.
 */
const taskId = v.picklist(TASK_IDS)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))
const share = v.number()

/**
 * `contribution`: norm of what came through a weight, ||sum over heads of weight x value x W_out||, divided by the sum
 * of the norms of its row, the row's own token included (Kobayashi et al. 2020 and 2021). `raw`: the attention weight,
 * mean over heads.
 */
export const WEIGHTINGS = ['contribution', 'raw'] as const
export type Weighting = (typeof WEIGHTINGS)[number]

/** What every question says: the model it is meant for, which weights, and what is cut. */
const view = {
  /** Hash of the model; the answer to another one would be wrong. */
  model: v.string(),
  weighting: v.picklist(WEIGHTINGS),
  /** One head, the same index in every step; null = all (raw: their mean; contribution: their joint effect). */
  head: v.nullable(index),
  interventions: interventionsSchema,
}

/** Numbers of the payload: `length` floats from float number `offset`. */
const block = v.object({ offset: count, length: count })
/** A map of the payload on a model grid. */
const gridMap = v.object({ ...attentionMapHeaderSchema.entries, offset: count, max: v.number() })

/** Which pixel: (x, y) are whole pixels of the photo. */
export const traceRequestSchema = v.object({ ...view, task: taskId, x: count, y: count })

/**
 * Where a pixel's prediction came from; a path heuristic (attention rollout). All shares of a trace sum to one:
 * `ownFeature` + for every source its `pixels`, `token` and `replaced`.
 */
export const traceHeaderSchema = v.object({
  /** What the pixel kept of its own features. */
  ownFeature: share,
  /**
   * By source task and scale: what arrived from photo pixels, what from the queries' learned tokens, and what from
   * queries that an intervention put in their place.
   */
  sources: v.array(v.object({ task: taskId, scale: index, pixels: share, token: share, replaced: share })),
  /** Masses on the way, for the flow picture. */
  flow: v.object({
    /** [scale]: own feature of the pixel; these sum to `ownFeature`. */
    own: v.array(share),
    /** [scale]: read by the pixel from its task's queries of that scale. */
    decoder: v.array(share),
    /** [scale that was read][scale it came from] through the same-task step; the identity for one-scale models. */
    scales: v.array(v.array(share)),
    /** [scale][source task] through the same-scale step. */
    tasks: v.array(v.array(share)),
  }),
  /** (scale, query): what the pixel reads from its own task's queries. */
  read: block,
  /** (task, scale, query): the same traced back to the encoder's queries; sums to 1 - ownFeature. */
  origin: block,
  /**
   * One per source: share of each cell of its grid; sums to the source's `pixels`. As 16-bit codes (`quantised.ts`) from
   * code number `offset` of the payload: what a pointer asks for with every move is kept small.
   */
  maps: v.array(v.object({ task: taskId, scale: index, ...gridMap.entries })),
})

export const queryRequestSchema = v.object({ ...view, task: taskId, scale: index, query: index })

const classCount = v.object({
  /** Class index. */
  index: count,
  /** Share of the write map's weight on this class's pixels. */
  share,
  /** Pixels of the class where the query writes at least half of its maximum. */
  pixels: count,
})

export const queryHeaderSchema = v.object({
  /** Where it reads (its task's grid at its scale), and what of it is its learned token (`contribution` only). */
  read: gridMap,
  token: v.nullable(share),
  /** Where its task's pixels read it. */
  write: gridMap,
  /** Entropy of the read map in bits, and of an even one. */
  entropy: v.object({ bits: v.number(), even: v.number() }),
  /** Same-scale step, token = task * N + query: what it reads (`reads`), and by whom it is read (`readBy`). */
  taskStep: v.object({ reads: block, readBy: block }),
  /** Same-task step, token = scale * N + query; null for one-scale models. */
  scaleStep: v.nullable(v.object({ reads: block, readBy: block })),
  /** Classes under the write map in the prediction and in the label; null where there is no class task or label. */
  classes: v.nullable(
    v.object({ task: taskId, prediction: v.array(classCount), label: v.nullable(v.array(classCount)) }),
  ),
})

export const galleryRequestSchema = v.object({ ...view, task: taskId, scale: index })

/** The payload holds, query by query, its read and then its write thumbnail: bytes, 255 = the map's own maximum. */
export const galleryHeaderSchema = v.object({
  /** Size of a thumbnail, and where the photo lies on it. */
  thumbnail: attentionMapHeaderSchema,
  queries: v.array(
    v.object({
      query: index,
      readMax: v.number(),
      writeMax: v.number(),
      entropyBits: v.number(),
      /** Its share of the task's prediction, mean over the photo's pixels: as traces, so that scales can be compared. */
      contribution: share,
      /** Share of the task's pixels' `contribution` per class; null without a class task. */
      topClass: v.nullable(v.object({ task: taskId, index: count, share })),
    }),
  ),
})

/**
 * `task`: [scale] target task x source task. `scale`: [task] target scale x source scale. `block`: query x query of one
 * link. Rows are means over the target's queries; with `region`, weighted by how much its pixels read each query.
 */
const levelSchema = v.variant('level', [
  v.object({ level: v.literal('task') }),
  v.object({ level: v.literal('scale') }),
  v.object({ level: v.literal('taskBlock'), scale: index, target: taskId, source: taskId }),
  v.object({ level: v.literal('scaleBlock'), task: taskId, target: index, source: index }),
])
export const matrixRequestSchema = v.object({ ...view, of: levelSchema, region: v.nullable(regionSchema) })
const matrixSchema = v.object({
  /** Scale (levels `task`, `taskBlock`) or position of the task (levels `scale`, `scaleBlock`) it belongs to. */
  at: count,
  /** [target][source] */
  values: v.array(v.array(share)),
  /** [target]: what the target kept of its own token (`contribution`); zeros for `raw`. Row and own sum to one for whole rows. */
  own: v.array(share),
})
export const matrixAnswerSchema = v.object({
  matrices: v.array(matrixSchema),
  /** Largest value of all matrices, for one colour scale. */
  max: v.number(),
})

export const interveneRequestSchema = v.object({
  model: v.string(),
  interventions: interventionsSchema,
  /** Tasks whose maps are wanted; null = all. */
  tasks: v.nullable(v.array(taskId)),
  /** Whether figures against the labels are wanted: matching boundaries takes far longer than a cut. */
  metrics: v.boolean(),
})

/** One figure of one task against its label, before and after. */
const metricChange = v.object({
  task: taskId,
  metric: v.string(),
  unit: v.string(),
  better: v.picklist(['higher', 'lower']),
  before: v.nullable(v.number()),
  after: v.nullable(v.number()),
})

/** `maps`: only tasks that changed; the prediction of the others is, bit for bit, what it was without interventions. */
export const intervenedHeaderSchema = v.object({
  maps: v.array(
    v.object({
      task: taskId,
      kind: v.picklist(['class', 'scalar', 'vector', 'probability']),
      width: count,
      height: count,
      /** Bytes from the payload's start. */
      offset: count,
      bytes: count,
    }),
  ),
  unchanged: v.array(taskId),
  /** Against the label with its corrections, where they are wanted; tasks without one are absent. */
  metrics: v.array(metricChange),
  /** Wall seconds in the model. */
  seconds: v.number(),
})

/**
 * The measured effect of changes, each made alone on top of `base`: the difference between the prediction with `base`
 * and with `base` and the change, inside `region` (null = the photo).
 */
export const effectsRequestSchema = v.object({
  model: v.string(),
  base: interventionsSchema,
  changes: v.pipe(v.array(interventionsSchema), v.minLength(1), v.maxLength(1000)),
  tasks: v.nullable(v.array(taskId)),
  region: v.nullable(regionSchema),
})
const effectSchema = v.object({
  task: taskId,
  /** In the unit of `EFFECT_MEASURES`; 0 where the change cannot reach the task, null where no valid pixel is inside. */
  value: v.nullable(v.number()),
})
/** effects[change][task], tasks in the model's order. */
export const effectsAnswerSchema = v.object({ effects: v.array(v.array(effectSchema)), seconds: v.number() })

export type TraceRequest = v.InferOutput<typeof traceRequestSchema>
export type TraceHeader = v.InferOutput<typeof traceHeaderSchema>
export type QueryRequest = v.InferOutput<typeof queryRequestSchema>
export type QueryHeader = v.InferOutput<typeof queryHeaderSchema>
export type GalleryRequest = v.InferOutput<typeof galleryRequestSchema>
export type GalleryHeader = v.InferOutput<typeof galleryHeaderSchema>
export type MatrixRequest = v.InferOutput<typeof matrixRequestSchema>
export type MatrixLevel = MatrixRequest['of']
export type MatrixAnswer = v.InferOutput<typeof matrixAnswerSchema>
export type InterveneRequest = v.InferOutput<typeof interveneRequestSchema>
export type IntervenedHeader = v.InferOutput<typeof intervenedHeaderSchema>
export type MetricChange = v.InferOutput<typeof metricChange>
export type EffectsRequest = v.InferOutput<typeof effectsRequestSchema>
export type Effect = v.InferOutput<typeof effectSchema>
export type EffectsAnswer = v.InferOutput<typeof effectsAnswerSchema>
export type ClassCount = v.InferOutput<typeof classCount>
export type GridMap = v.InferOutput<typeof gridMap>
