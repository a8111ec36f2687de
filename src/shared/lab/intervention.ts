import * as v from 'valibot'
import { TASK_IDS } from '../tasks'

/**
 * What a user changes inside the model for a test: an ordered list, applied between encoder and decoders (`compile.ts`).
 * Entries that touch the same weight add up: factors multiply.
 */
const taskId = v.picklist(TASK_IDS)
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))
const sampleId = v.pipe(v.string(), v.minLength(1), v.maxLength(1000))

/** 0 cuts, 1 changes nothing, 2 doubles. */
const factor = v.pipe(v.number(), v.minValue(0), v.maxValue(2))

/**
 * What happens to the rest of a row when a weight is changed. `renormalise`: before the softmax, so that the other
 * weights take over and the row still sums to one. `remove`: after it, so that what came through is missing and the
 * other weights stay what they were; what was removed still counted in their softmax, so only `renormalise` leaves no
 * way at all for a query that is cut.
 */
export const CUT_MODES = ['renormalise', 'remove'] as const
export type CutMode = (typeof CUT_MODES)[number]
const mode = v.picklist(CUT_MODES)

const entry = {
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  name: v.pipe(v.string(), v.maxLength(200)),
  enabled: v.boolean(),
}

/** What the queries of `target` read from those of `source` in the same-scale step; null = every scale, every head. */
const taskLinkSchema = v.object({
  kind: v.literal('taskLink'),
  ...entry,
  scale: v.nullable(index),
  source: taskId,
  target: taskId,
  head: v.nullable(index),
  factor,
  mode,
})

/** What the queries of scale `target` read from those of scale `source` in the same-task step; null = every task, head. */
const scaleLinkSchema = v.object({
  kind: v.literal('scaleLink'),
  ...entry,
  task: v.nullable(taskId),
  source: index,
  target: index,
  head: v.nullable(index),
  factor,
  mode,
})

/** Queries of one task and scale for all that read them: both steps between queries, and the task's pixels. */
const querySchema = v.object({
  kind: v.literal('query'),
  ...entry,
  task: taskId,
  scale: index,
  queries: v.pipe(v.array(index), v.minLength(1), v.maxLength(65_536)),
  factor,
  mode,
})

/** A head of one attention step, always after the softmax (before it a whole row's change would have no effect). */
const headSchema = v.object({
  kind: v.literal('head'),
  ...entry,
  step: v.picklist(['task', 'scale', 'decoder']),
  /** The task that reads; null = every task. */
  task: v.nullable(taskId),
  scale: v.nullable(index),
  head: index,
  factor,
})

const place = { task: v.nullable(taskId), scale: v.nullable(index), query: v.nullable(index) }
/** The encoder's queries of another image in place of this one's; null = all. */
const swapSchema = v.object({ kind: v.literal('swap'), ...entry, ...place, sample: sampleId })
/** The mean of the encoder's queries over a split in their place; `split` null = every sample. */
const meanSchema = v.object({
  kind: v.literal('mean'),
  ...entry,
  ...place,
  split: v.nullable(v.pipe(v.string(), v.maxLength(200))),
})

export const interventionSchema = v.variant('kind', [
  taskLinkSchema,
  scaleLinkSchema,
  querySchema,
  headSchema,
  swapSchema,
  meanSchema,
])
export const interventionsSchema = v.pipe(v.array(interventionSchema), v.maxLength(1000))

export type Intervention = v.InferOutput<typeof interventionSchema>
export type TaskLink = v.InferOutput<typeof taskLinkSchema>

/** The entries that are switched on and can change something, as one text: equal texts give equal predictions. */
export function interventionsKey(list: readonly Intervention[]): string {
  const active = list.filter((item) => item.enabled && !('factor' in item && item.factor === 1))
  return JSON.stringify(active.map((item) => ({ ...item, id: '', name: '' })))
}

/** Where replaced queries come from: another sample, or the mean over a split (null = every sample). */
export type QuerySource =
  | { readonly kind: 'sample'; readonly sample: string }
  | { readonly kind: 'mean'; readonly split: string | null }

/** One text per source, to keep what was computed for it. */
export function sourceKey(source: QuerySource): string {
  return source.kind === 'sample' ? `sample:${source.sample}` : `mean:${JSON.stringify(source.split)}`
}

/** The sources that the active entries of a list need, each once. */
export function sourcesOf(list: readonly Intervention[]): QuerySource[] {
  const sources = list
    .filter((item) => item.enabled)
    .flatMap((item): QuerySource[] => {
      if (item.kind === 'swap') return [{ kind: 'sample', sample: item.sample }]
      return item.kind === 'mean' ? [{ kind: 'mean', split: item.split }] : []
    })
  return [...new Map(sources.map((source) => [sourceKey(source), source])).values()]
}
