/** Options that several commands share, so that they are named and explained alike. */
export const MODEL = { type: 'string', value: 'B', help: "the model: a bundle's folder" } as const
export const PREDICTIONS = {
  type: 'string',
  value: 'D',
  help: 'instead of a model: a folder of predictions, as `predict` or other code wrote it',
} as const
export const SPLIT = {
  type: 'string',
  value: 'S',
  help: 'only the samples of this split; all without it',
} as const
export const IDS = { type: 'string', value: 'a,b', help: 'only these samples' } as const
export const JSON_OUTPUT = {
  type: 'boolean',
  help: 'print one JSON document on stdout; the rest goes to stderr',
} as const
/** A report's folder, beside what is printed. */
export const REPORT = {
  type: 'string',
  value: 'R',
  help: 'also write a report with tables and pictures to this folder',
} as const
