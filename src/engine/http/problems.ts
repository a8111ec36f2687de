import { problemFrom, type ErrorCode, type Problem } from '../../shared/errors'

/** HTTP status by error code; 499 is the widely used status for a request its client gave up. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_arguments: 400,
  value_out_of_range: 400,
  unauthorised: 401,
  path_outside_root: 403,
  not_found: 404,
  sample_missing: 404,
  file_missing: 404,
  revision_conflict: 409,
  export_refused: 409,
  file_too_large: 413,
  not_a_dataset: 422,
  file_truncated: 422,
  file_unreadable: 422,
  file_malformed: 422,
  file_unsupported: 422,
  size_mismatch: 422,
  bundle_invalid: 422,
  bundle_hash_mismatch: 422,
  capability_missing: 422,
  model_changed: 409,
  cancelled: 499,
  inference_failed: 500,
  inference_crashed: 500,
  out_of_memory: 500,
  device_lost: 500,
  write_failed: 500,
  export_mismatch: 500,
  internal: 500,
  provider_unavailable: 503,
}

/** What is said of any thrown value, and its HTTP status. */
export function problemAnswer(error: unknown): { status: number; problem: Problem } {
  const problem = problemFrom(error)
  return { status: STATUS[problem.code], problem }
}

/** Any thrown value as an `application/problem+json` answer. */
export function problemResponse(error: unknown): Response {
  const { status, problem } = problemAnswer(error)
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}
