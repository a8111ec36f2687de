import * as v from 'valibot'
import { ERROR_CODES } from '../errors'
import { TASK_IDS } from '../tasks'
import { CUT_MODES, interventionsSchema } from './intervention'
import { regionSchema } from './region'
import { matrixAnswerSchema, matrixRequestSchema, WEIGHTINGS } from './wire'

/**
 * Long work of the attention lab, part of `jobRequestSchema` in `contract.ts`: what is asked, and the report that the
 * job carries. While a job runs its report is what is known so far, or null.
 */
const taskId = v.picklist(TASK_IDS)
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const number = v.nullable(v.number())

/** One sample, or a split (null = every sample). */
const samplesSchema = v.variant('of', [
  v.object({ of: v.literal('sample'), sample: v.string() }),
  v.object({ of: v.literal('split'), split: v.nullable(v.string()) }),
])

export const labJobRequests = [
  /** Cuts every link alone; with `labels` also its change of the metrics. Report: `influenceReportSchema`. */
  v.object({
    kind: v.literal('influence'),
    samples: samplesSchema,
    mode: v.picklist(CUT_MODES),
    labels: v.boolean(),
  }),
  /**
   * What a task's prediction inside a region (null = the photo) depends on: tasks and scales first, then queries, those
   * it reads most first. Report: `rankingSchema`, growing while the job runs.
   */
  v.object({
    kind: v.literal('ranking'),
    sample: v.string(),
    task: taskId,
    region: v.nullable(regionSchema),
    mode: v.picklist(CUT_MODES),
  }),
  /** Saved interventions on many samples: effect and metrics with and without them. Report: `replaySchema`. */
  v.object({ kind: v.literal('replay'), samples: samplesSchema, interventions: interventionsSchema }),
  /** Mean matrices over a split. Report: `splitMatrixSchema`. */
  v.object({
    kind: v.literal('splitMatrix'),
    split: v.nullable(v.string()),
    of: matrixRequestSchema.entries.of,
    weighting: v.picklist(WEIGHTINGS),
    head: v.nullable(index),
  }),
] as const

export const LAB_JOB_KINDS = ['influence', 'ranking', 'replay', 'splitMatrix'] as const

const spreadSchema = v.object({
  mean: v.number(),
  std: v.number(),
  q05: v.number(),
  q25: v.number(),
  q50: v.number(),
  q75: v.number(),
  q95: v.number(),
})
const linkSchema = v.variant('axis', [
  v.object({ axis: v.literal('task'), scale: index, target: taskId, source: taskId }),
  v.object({ axis: v.literal('scale'), task: taskId, target: index, source: index }),
])
const cube = <T extends v.GenericSchema>(
  value: T,
): v.ArraySchema<v.ArraySchema<v.ArraySchema<T, undefined>, undefined>, undefined> =>
  v.array(v.array(v.array(value)))
const correlationsSchema = v.object({
  all: number,
  byTask: v.record(v.string(), number),
  links: v.number(),
  perSample: v.nullable(spreadSchema),
})
const skippedSchema = v.object({ sample: v.string(), code: v.picklist(ERROR_CODES), message: v.string() })

/** An `Influence` (`influence.ts`) and where it comes from. */
export const influenceReportSchema = v.object({
  tasks: v.array(taskId),
  scales: v.array(v.object({ stride: count })),
  samples: count,
  metric: v.record(v.string(), v.object({ name: v.string(), unit: v.string() })),
  effect: cube(number),
  attention: cube(v.number()),
  effectSpread: cube(v.nullable(spreadSchema)),
  attentionSpread: cube(spreadSchema),
  scaleEffect: cube(number),
  scaleAttention: cube(v.number()),
  scaleEffectSpread: cube(v.nullable(spreadSchema)),
  scaleAttentionSpread: cube(spreadSchema),
  contribution: v.nullable(cube(v.number())),
  scaleContribution: v.nullable(cube(v.number())),
  rankCorrelation: correlationsSchema,
  scaleRankCorrelation: v.nullable(correlationsSchema),
  contributionRankCorrelation: v.nullable(correlationsSchema),
  scaleContributionRankCorrelation: v.nullable(correlationsSchema),
  disagreements: v.array(
    v.object({
      link: linkSchema,
      kind: v.picklist(['attention without effect', 'effect without attention']),
      attention: v.number(),
      effect: v.number(),
      attentionPlace: v.number(),
      effectPlace: v.number(),
    }),
  ),
  split: v.string(),
  model: v.string(),
  modelHash: v.string(),
  mode: v.picklist(CUT_MODES),
  labels: v.nullable(
    v.object({
      figures: v.record(
        v.string(),
        v.object({ figure: v.string(), higherIsBetter: v.boolean(), before: number, images: count }),
      ),
      /** By link, in the order of `linksOf`. */
      change: v.array(number),
    }),
  ),
  skipped: v.array(skippedSchema),
})

/** What was cut: all that a task's queries read from one task, all queries of one scale of the task, or one query. */
const rankedSchema = v.object({
  what: v.variant('kind', [
    v.object({ kind: v.literal('task'), source: taskId }),
    v.object({ kind: v.literal('scale'), scale: index }),
    v.object({ kind: v.literal('query'), task: taskId, scale: index, query: index }),
  ]),
  /** Effect inside the region in the unit of the task (`EFFECT_MEASURES`). */
  effect: number,
  /** How much the region's pixels read it, 0 to 1: shares of the queries' contributions (or weights); null where unknown. */
  read: number,
})
export const rankingSchema = v.object({
  task: taskId,
  modelHash: v.string(),
  mode: v.picklist(CUT_MODES),
  /** What `read` is of: contributions where the bundle tells them. */
  weighting: v.picklist(WEIGHTINGS),
  /** Each list with the largest effect first. */
  tasks: v.array(rankedSchema),
  scales: v.array(rankedSchema),
  queries: v.array(rankedSchema),
  /** Queries that were not cut yet. */
  left: count,
})

const figureChangeSchema = v.object({ figure: v.string(), before: number, after: number })
export const replaySchema = v.object({
  split: v.string(),
  model: v.string(),
  modelHash: v.string(),
  interventions: interventionsSchema,
  samples: count,
  tasks: v.array(
    v.object({
      task: taskId,
      /** Mean over the samples, in the unit of `EFFECT_MEASURES`. */
      effect: v.nullable(spreadSchema),
      /** Strict figures of the sums over all samples with a label; empty without labels. */
      figures: v.array(figureChangeSchema),
      higherIsBetter: v.boolean(),
      /** Samples with a label. */
      labelled: count,
    }),
  ),
  /** Samples one by one: effect and headline figure of every task. */
  perSample: v.array(
    v.object({
      sample: v.string(),
      tasks: v.array(v.object({ task: taskId, effect: number, headline: v.nullable(figureChangeSchema) })),
    }),
  ),
  skipped: v.array(skippedSchema),
})

export const splitMatrixSchema = v.object({
  ...matrixAnswerSchema.entries,
  samples: count,
  skipped: v.array(skippedSchema),
})

export type LabJobRequest = v.InferOutput<(typeof labJobRequests)[number]>
export type Ranking = v.InferOutput<typeof rankingSchema>
export type Ranked = v.InferOutput<typeof rankedSchema>
export type Replay = v.InferOutput<typeof replaySchema>
export type SplitMatrix = v.InferOutput<typeof splitMatrixSchema>
