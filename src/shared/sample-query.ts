import * as v from 'valibot'

/** Which samples of a folder are listed, and in which order. */
const SAMPLE_ONLY = ['all', 'problems', 'corrected', 'predicted'] as const
const SAMPLE_SORTS = ['folder', 'id', 'problems'] as const

export const sampleQuerySchema = v.object({
  /** Absent = every split. */
  split: v.optional(v.string()),
  only: v.optional(v.picklist(SAMPLE_ONLY), 'all'),
  /** Part of the id; empty = every sample. */
  text: v.optional(v.string(), ''),
  sort: v.optional(v.picklist(SAMPLE_SORTS), 'folder'),
})
export type SampleQuery = v.InferOutput<typeof sampleQuerySchema>
export type SampleOnly = SampleQuery['only']
export type SampleSort = SampleQuery['sort']
