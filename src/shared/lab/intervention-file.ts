import * as v from 'valibot'
import { AppError } from '../errors'
import { interventionsSchema, type Intervention } from './intervention'

const KIND = 'mq-studio interventions'
/** What a saved list holds; `version` grows when old files can no longer be read as they are. */
const fileSchema = v.object({
  kind: v.literal(KIND),
  version: v.literal(1),
  /** Name of the model they were made for, to be read by people. */
  model: v.nullable(v.string()),
  interventions: interventionsSchema,
})

/** A list as JSON that `parseInterventionFile` reads, in the window and on the command line. */
export function interventionFile(interventions: readonly Intervention[], model: string | null): string {
  return `${JSON.stringify({ kind: KIND, version: 1, model, interventions }, null, 2)}\n`
}

/** The list in a file's text; a bare JSON array of interventions is read too. Throws `file_malformed` naming the place. */
export function parseInterventionFile(text: string, file: string): readonly Intervention[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new AppError('file_malformed', `${file} is not JSON`, undefined, { cause })
  }
  const found = Array.isArray(json) ? v.safeParse(interventionsSchema, json) : v.safeParse(fileSchema, json)
  if (found.success) return 'interventions' in found.output ? found.output.interventions : found.output
  const issue = found.issues[0]
  throw new AppError(
    'file_malformed',
    `${file} is no list of interventions: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`,
  )
}
