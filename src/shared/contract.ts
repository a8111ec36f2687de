import * as v from 'valibot'
import { exportRequestSchema } from './export'
import { LAB_JOB_KINDS, labJobRequests } from './lab/jobs'
import { MAX_COMMENT, REVIEW_STATES } from './review'
import { TASK_IDS } from './tasks'

export { attentionMapHeaderSchema, type AttentionMapHeader } from './attention-map'

/**
 * The wire contract between the engine's HTTP app and its clients; the renderer parses every answer with it.
 *
 * GET    /v1/status                                          Status
 * POST   /v1/dataset {path}                                  DatasetInfo
 * POST   /v1/model {path}                                    ModelInfo
 * GET    /v1/model/providers                                 ProviderReport; DELETE forgets the trials
 * GET    /v1/samples?offset&limit&split&only&text&sort&id    SamplePage
 * GET    /v1/unfinished?after&split&only&text&sort           {id: string | null}, the next sample that is not finished
 * GET    /v1/samples/:id                                     SampleDetail
 * GET    /v1/samples/:id/photo                               the photo's own bytes
 * GET    /v1/samples/:id/pixels                              frame(pixelsHeader, rgb): the decoded photo, 8-bit sRGB
 * GET    /v1/samples/:id/thumbnail                           WebP, 192 px wide
 * GET    /v1/samples/:id/maps/:task/:source                  frame(mapHeader, map bytes)
 * POST   /v1/samples/:id/prediction                          Prediction; aborting the request cancels it
 * POST   /v1/samples/:id/prefetch                            202: predicted ahead when the model is not in use
 * PATCH  /v1/samples/:id/corrections                        frame(gestureHeader, tiles)  {revisions}
 * PUT    /v1/samples/:id/reviews/:task {state, comment}      Review
 * ...    /v1/samples/:id/lab/...                             the attention lab: `lab/wire.ts`
 * POST   /v1/exports/plan ExportRequest                      ExportPlan; writes nothing
 * POST   /v1/jobs JobRequest                                 Job; GET and DELETE (cancel) /v1/jobs/:id
 * GET    /v1/evaluation/report                               the page of the evaluation that ended last, to save
 * POST   /v1/describe {path}                                 Proposal: what a folder looks like; writes nothing
 * PUT    /v1/describe {path, json}                           DatasetJson; writes the folder's dataset.json
 * GET    /v1/events                                          SSE of ServerEvent
 * Errors: HTTP 4xx/5xx with a Problem as application/problem+json.
 * Authentication: `Authorization: Bearer T`, or the cookie set by GET /?token=T.
 */
export const API = '/v1'

const taskId = v.picklist(TASK_IDS)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Where a map comes from. `corrected` = the label with the user's edits; equals `label` until the first edit. */
export const SOURCES = ['label', 'prediction', 'corrected'] as const
export type Source = (typeof SOURCES)[number]

export const problemSchema = v.object({
  code: v.string(),
  message: v.string(),
  details: v.optional(
    v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
  ),
})

/** A problem with one file of one sample; the rest of the folder stays usable. */
export const sampleProblemSchema = v.object({
  sample: v.string(),
  file: v.string(),
  code: v.string(),
  message: v.string(),
})

const taskInfoSchema = v.object({
  id: taskId,
  classes: v.nullable(v.array(v.string())),
  palette: v.nullable(v.array(v.tuple([v.number(), v.number(), v.number()]))),
})

export const datasetInfoSchema = v.object({
  root: v.string(),
  name: v.string(),
  layout: v.string(),
  /** A sentence shown beside the name, e.g. that the rooms are synthetic. */
  note: v.nullable(v.string()),
  splits: v.record(v.string(), count),
  samples: count,
  tasks: v.array(taskInfoSchema),
  /** Where corrections are kept, and why when it is not inside the folder. */
  project: v.object({ path: v.string(), insideDataset: v.boolean() }),
  /** The first problems found so far. */
  problems: v.array(sampleProblemSchema),
  /** All problems found so far. */
  problemCount: count,
  /** Samples whose files' headers were looked at so far. */
  scanned: count,
})

export const modelInfoSchema = v.object({
  path: v.string(),
  hash: v.string(),
  name: v.string(),
  variant: v.picklist(['released', 'scale-aware', 'single-graph']),
  description: v.string(),
  licence: v.string(),
  tasks: v.array(taskInfoSchema),
  scales: v.array(v.object({ stride: count, height: count, width: count })),
  queries: count,
  heads: count,
  /** What its graphs allow in the attention lab (`lab/capability.ts`). */
  lab: v.object({
    attention: v.boolean(),
    contributions: v.boolean(),
    gates: v.boolean(),
    decoderCuts: v.boolean(),
  }),
})

export const statusSchema = v.object({
  version: v.string(),
  dataset: v.nullable(datasetInfoSchema),
  model: v.nullable(modelInfoSchema),
  /** Set when a data set or model given at the start could not be opened. */
  problems: v.array(problemSchema),
})

const reviewState = v.picklist(REVIEW_STATES)
export const reviewSchema = v.object({ state: reviewState, comment: v.string(), time: v.string() })
export const reviewRequestSchema = v.object({
  state: reviewState,
  comment: v.pipe(v.string(), v.maxLength(MAX_COMMENT)),
})

const sampleSchema = v.object({
  id: v.string(),
  split: v.string(),
  predicted: v.boolean(),
  corrected: v.array(taskId),
  /** Review state of every task of the folder. */
  reviews: v.record(v.string(), reviewState),
  problems: count,
})
export const samplePageSchema = v.object({
  total: count,
  offset: count,
  /** Where the sample that was asked for by `id` stands in the list; null when it is not in it. */
  place: v.nullable(count),
  samples: v.array(sampleSchema),
})
export const unfinishedSchema = v.object({ id: v.nullable(v.string()) })

export const sampleDetailSchema = v.object({
  id: v.string(),
  split: v.string(),
  width: count,
  height: count,
  /** The open model has predicted it. */
  predicted: v.boolean(),
  /** Tasks that have a readable label file. */
  labels: v.array(taskId),
  /** Tasks without a label file: correcting them starts from an empty label. */
  empty: v.array(taskId),
  /** Revision of the corrected map by task; 0 = untouched. */
  revisions: v.record(v.string(), count),
  reviews: v.record(v.string(), reviewSchema),
  problems: v.array(sampleProblemSchema),
})

/** JSON header of a framed map; the payload is the map's bytes. */
export const mapHeaderSchema = v.object({
  kind: v.picklist(['class', 'scalar', 'vector', 'probability']),
  width: count,
  height: count,
  revision: count,
})

/** JSON header of a framed photo; the payload is interleaved 8-bit sRGB. */
export const pixelsHeaderSchema = v.object({ width: count, height: count })

export const predictionSchema = v.object({
  sample: v.string(),
  modelHash: v.string(),
  provider: v.string(),
  seconds: v.number(),
  cached: v.boolean(),
  tasks: v.array(taskId),
})

/** Means over heads and queries. A row is a target and sums to one over its sources. */
export const attentionSummarySchema = v.object({
  tasks: v.array(taskId),
  scales: v.array(v.object({ stride: count })),
  queries: count,
  heads: count,
  /** [scale][target task][source task] */
  crossTask: v.array(v.array(v.array(v.number()))),
  /** [task][target scale][source scale]; empty for one-scale models */
  crossScale: v.array(v.array(v.array(v.number()))),
})

/**
 * JSON header of a framed gesture (PATCH corrections). The payload holds the tiles' bytes after the edit, map by map
 * in order, in each map's own dtype. Either every map is saved or none. `baseRevision` must be the revision the client
 * last saw, else 409 `revision_conflict`. `id` names the gesture: sent again it is not applied again.
 */
export const gestureHeaderSchema = v.object({
  id: v.pipe(v.string(), v.minLength(8), v.maxLength(64)),
  label: v.pipe(v.string(), v.maxLength(200)),
  maps: v.pipe(
    v.array(
      v.object({
        task: taskId,
        baseRevision: count,
        tiles: v.pipe(v.array(v.object({ tx: count, ty: count, bytes: count })), v.maxLength(200_000)),
      }),
    ),
    v.minLength(1),
    v.maxLength(TASK_IDS.length),
    v.check((maps) => new Set(maps.map(({ task }) => task)).size === maps.length, 'a task is named twice'),
  ),
})
export const gestureResultSchema = v.object({ revisions: v.record(v.string(), count) })

export const openRequestSchema = v.object({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) })

export const jobRequestSchema = v.variant('kind', [
  v.object({ kind: v.literal('predict'), ids: v.nullable(v.array(v.string())) }),
  v.object({ kind: v.literal('export'), ...exportRequestSchema.entries }),
  /** `split` null = every sample; `predictions` = a folder, null = the open model. */
  v.object({
    kind: v.literal('evaluate'),
    split: v.nullable(v.string()),
    predictions: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
  }),
  ...labJobRequests,
])
export const jobSchema = v.object({
  id: v.string(),
  kind: v.picklist(['predict', 'export', 'evaluate', ...LAB_JOB_KINDS]),
  state: v.picklist(['running', 'done', 'failed', 'cancelled']),
  done: count,
  total: count,
  message: v.string(),
  problem: v.nullable(problemSchema),
  /** The report of a finished export or evaluation; of the attention lab also of what is known so far (`lab/jobs.ts`). */
  report: v.nullable(v.unknown()),
})

/** Server-sent events: `event:` is the type, `data:` the JSON. */
export const eventSchema = v.variant('type', [
  v.object({ type: v.literal('job'), job: jobSchema }),
  v.object({ type: v.literal('prediction'), sample: v.string() }),
  v.object({ type: v.literal('correction'), sample: v.string(), task: taskId, revision: count }),
  v.object({ type: v.literal('review'), sample: v.string(), task: taskId, review: reviewSchema }),
  v.object({ type: v.literal('dataset') }),
  /** Files were changed by other programs: of these samples, and with `list` others that the open list does not name. */
  v.object({ type: v.literal('files'), samples: v.array(v.string()), list: v.boolean() }),
  /** The headers of `done` of `total` samples were looked at; `problems` were found so far. */
  v.object({ type: v.literal('scan'), done: count, total: count, problems: count }),
  /** The queries of a split's images (null = of all) are averaged, because an intervention puts their mean in place of an image's own. */
  v.object({ type: v.literal('averaging'), split: v.nullable(v.string()), done: count, total: count }),
  v.object({ type: v.literal('model') }),
])

export type DatasetInfo = v.InferOutput<typeof datasetInfoSchema>
export type ModelInfo = v.InferOutput<typeof modelInfoSchema>
export type TaskInfo = v.InferOutput<typeof taskInfoSchema>
export type Status = v.InferOutput<typeof statusSchema>
export type Sample = v.InferOutput<typeof sampleSchema>
export type SamplePage = v.InferOutput<typeof samplePageSchema>
export type SampleDetail = v.InferOutput<typeof sampleDetailSchema>
export type SampleProblem = v.InferOutput<typeof sampleProblemSchema>
export type Prediction = v.InferOutput<typeof predictionSchema>
export type AttentionSummary = v.InferOutput<typeof attentionSummarySchema>
export type Job = v.InferOutput<typeof jobSchema>
export type JobRequest = v.InferOutput<typeof jobRequestSchema>
export type ServerEvent = v.InferOutput<typeof eventSchema>
