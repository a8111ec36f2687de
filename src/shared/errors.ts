/**
 * Whose fault a failure is. `usage`: what was asked for. `file`: one sample's files, which is skipped and named while the
 * others go on. `inference`: running the model on one sample, likewise. `input`: the folder, bundle or target that was
 * given. `run`: the program, the machine, or a job given up.
 */
type Fault = 'usage' | 'file' | 'inference' | 'input' | 'run'

/** Every failure a user can meet has one of these codes; the interface offers an action by code. */
const FAULTS = {
  bad_arguments: 'usage',
  not_a_dataset: 'input',
  sample_missing: 'file',
  file_missing: 'file',
  file_unreadable: 'file',
  file_truncated: 'file',
  file_malformed: 'file',
  file_unsupported: 'file',
  file_too_large: 'file',
  size_mismatch: 'file',
  value_out_of_range: 'file',
  path_outside_root: 'file',
  bundle_invalid: 'input',
  bundle_hash_mismatch: 'input',
  capability_missing: 'run',
  model_changed: 'run',
  inference_failed: 'inference',
  inference_crashed: 'inference',
  out_of_memory: 'inference',
  device_lost: 'run',
  provider_unavailable: 'run',
  cancelled: 'run',
  revision_conflict: 'run',
  write_failed: 'run',
  export_refused: 'input',
  export_mismatch: 'run',
  unauthorised: 'run',
  not_found: 'run',
  internal: 'run',
} as const satisfies Record<string, Fault>

export type ErrorCode = keyof typeof FAULTS
export const ERROR_CODES = Object.keys(FAULTS) as readonly ErrorCode[]
export const faultOf = (code: ErrorCode): Fault => FAULTS[code]

/** Failures of one sample: it is skipped and named, the others go on. */
export function isOfOneSample(code: ErrorCode): boolean {
  return faultOf(code) === 'file' || faultOf(code) === 'inference'
}

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
