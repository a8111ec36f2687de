import * as v from 'valibot'
import { datasetJsonSchema } from './dataset-json'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** What a few files of one kind in one folder are, in words for the form that writes `dataset.json`. */
const folderFactsSchema = v.object({
  /** Relative to the folder looked at; `.` for itself. */
  dir: v.string(),
  ext: v.string(),
  files: count,
  /** Files that have the name of a photo. */
  matching: count,
  /** E.g. `8-bit grey, 64x48, values 0 to 18 and 255`. */
  facts: v.string(),
})

/** What a folder looks like, and a description of it to be confirmed. */
export const proposalSchema = v.object({
  root: v.string(),
  /** There is a `dataset.json` already; writing replaces it. */
  described: v.boolean(),
  folders: v.array(folderFactsSchema),
  /** Folders with id lists. */
  lists: v.array(v.string()),
  json: datasetJsonSchema,
})
export const describeRequestSchema = v.object({
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
})
export const writeDescriptionSchema = v.object({
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  json: v.unknown(),
})

export type Proposal = v.InferOutput<typeof proposalSchema>
export type FolderFacts = v.InferOutput<typeof folderFactsSchema>
