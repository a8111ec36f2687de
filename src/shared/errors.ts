/** Every failure a user can meet has one of these codes; the interface offers an action by code. */
export const ERROR_CODES = [
  'bad_arguments',
  'not_a_dataset',
  'sample_missing',
  'file_missing',
  'file_unreadable',
  'file_truncated',
  'file_malformed',
  'file_unsupported',
  'file_too_large',
  'size_mismatch',
  'value_out_of_range',
  'path_outside_root',
  'bundle_invalid',
  'bundle_hash_mismatch',
  'capability_missing',
  'model_changed',
  'inference_failed',
  'inference_crashed',
  'out_of_memory',
  'device_lost',
  'provider_unavailable',
  'cancelled',
  'revision_conflict',
  'write_failed',
  'export_refused',
  'export_mismatch',
  'unauthorised',
  'not_found',
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Faults of one sample's files: it is skipped and named, the others go on. */
export const FILE_FAULTS: readonly ErrorCode[] = [
  'sample_missing',
  'file_missing',
  'file_unreadable',
  'file_truncated',
  'file_malformed',
  'file_unsupported',
  'file_too_large',
  'size_mismatch',
  'value_out_of_range',
  'path_outside_root',
]

export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** The JSON form of an AppError, on the wire, in reports and between processes. */
export interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly details?: ErrorDetails
}

/** The one error class. `message` says what happened, what was found and what to do. */
export class AppError extends Error {
  override readonly name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: ErrorDetails,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** Any thrown value as a Problem; errors that are not AppErrors become `internal` with their message. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof AppError) {
    return error.details
      ? { code: error.code, message: error.message, details: error.details }
      : { code: error.code, message: error.message }
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}

export function errorFromProblem(problem: Problem): AppError {
  return new AppError(problem.code, problem.message, problem.details)
}

/** Closes a switch over a union: a new member fails to compile here. */
export function assertNever(value: never): never {
  throw new AppError('internal', `unexpected value ${JSON.stringify(value)}`)
}
