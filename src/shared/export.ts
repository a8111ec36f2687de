import * as v from 'valibot'

/** Colours and numbering of indexed PNGs, see `engine/export/png/palettes.ts`. */
export const PALETTES = ['dataset', 'voc', 'ade', 'nyud'] as const
export type PaletteName = (typeof PALETTES)[number]

/** What the formats can be told; each uses those it names in `EXPORT_FORMATS`. */
export const exportOptionsSchema = v.object({
  /** coco: one segment per connected region instead of one per class. */
  components: v.optional(v.boolean(), false),
  /** png: colours and numbering of class maps. */
  palette: v.optional(v.picklist(PALETTES), 'dataset'),
  /** png: bits of normals and probabilities per channel. */
  bits: v.optional(v.picklist([8, 16]), 8),
  /** coco, png, npy: copy the photos too. */
  photos: v.optional(v.boolean(), false),
})
export type ExportOptions = v.InferOutput<typeof exportOptionsSchema>
export const DEFAULT_OPTIONS: ExportOptions = v.parse(exportOptionsSchema, {})

/** What a window asks to be exported. */
export const exportRequestSchema = v.object({
  out: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  format: v.pipe(v.string(), v.maxLength(40)),
  onlyCorrected: v.boolean(),
  options: v.optional(exportOptionsSchema, {}),
  /** Throws away what a stopped export to the same folder left instead of continuing it. */
  restart: v.optional(v.boolean(), false),
})

export type ExportWish = v.InferOutput<typeof exportRequestSchema>

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** What an export would write; nothing is written to find out. */
export const exportPlanSchema = v.object({
  out: v.string(),
  samples: count,
  files: count,
  /** Labels with corrections among them. */
  changed: count,
  /** Of all files; copies exactly, encoded files from a few of them. */
  bytes: count,
  /** Free where it would be written. */
  free: count,
  /** What the format cannot keep, one sentence each. */
  losses: v.array(v.string()),
  /** What of the data set is not written, one sentence each. */
  notExported: v.array(v.string()),
  skipped: count,
  /** Files that a stopped export to this folder has finished; null when there is none to continue. */
  resumable: v.nullable(count),
})
export type ExportPlan = v.InferOutput<typeof exportPlanSchema>
