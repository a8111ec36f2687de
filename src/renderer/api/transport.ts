import * as v from 'valibot'
import { API, problemSchema } from '../../shared/contract'
import { AppError, ERROR_CODES, errorFromProblem, type Problem } from '../../shared/errors'
import { decodeFrame } from '../../shared/frame'

/** What is needed of an answer; a `Response` is one. Its body is read once. */
export type Reply = Pick<Response, 'ok' | 'status' | 'json' | 'arrayBuffer'> | BytesReply
/** An answer whose bytes need no copy of their own. */
export interface BytesReply extends Pick<Response, 'ok' | 'status' | 'json'> {
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>
}
export type Fetch<R extends Reply = Response> = (input: string, init?: RequestInit) => Promise<R>

/** How a client sends; every answer is parsed before anyone sees it. Rejects with AppErrors. */
export interface Transport<R extends Reply = Response> {
  /** The address of a path below the API. */
  readonly at: (path: string) => string
  readonly send: (path: string, init?: RequestInit) => Promise<R>
  readonly json: <const S extends v.GenericSchema>(
    schema: S,
    path: string,
    init?: RequestInit,
  ) => Promise<v.InferOutput<S>>
  readonly frame: <const S extends v.GenericSchema>(
    schema: S,
    path: string,
    init?: RequestInit,
  ) => Promise<{ header: v.InferOutput<S>; payload: Uint8Array<ArrayBuffer> }>
}

/** `base` has no trailing slash. */
export function createTransport<R extends Reply>(base: string, fetcher: Fetch<R>): Transport<R> {
  const at = (path: string): string => `${base}${API}${path}`

  /** Sends one request; failures of the network and of the engine become AppErrors. */
  async function send(path: string, init: RequestInit = {}): Promise<R> {
    let response: R
    try {
      response = await fetcher(at(path), init)
    } catch (cause) {
      throw networkError(cause)
    }
    if (response.ok) return response
    throw await refusal(response)
  }

  async function json<const S extends v.GenericSchema>(
    schema: S,
    path: string,
    init?: RequestInit,
  ): Promise<v.InferOutput<S>> {
    const response = await send(path, init)
    try {
      return parse(schema, await response.json(), path)
    } catch (cause) {
      throw cause instanceof AppError ? cause : networkError(cause)
    }
  }

  async function frame<const S extends v.GenericSchema>(
    schema: S,
    path: string,
    init?: RequestInit,
  ): Promise<{ header: v.InferOutput<S>; payload: Uint8Array<ArrayBuffer> }> {
    const response = await send(path, init)
    try {
      const { header, payload } = decodeFrame(await bytesOf(response))
      return { header: parse(schema, header, path), payload }
    } catch (cause) {
      throw cause instanceof AppError ? cause : networkError(cause)
    }
  }

  return { at, send, json, frame }
}

async function bytesOf(reply: Reply): Promise<Uint8Array<ArrayBuffer>> {
  return 'bytes' in reply ? reply.bytes() : new Uint8Array(await reply.arrayBuffer())
}

function parse<const S extends v.GenericSchema>(schema: S, data: unknown, path: string): v.InferOutput<S> {
  const result = v.safeParse(schema, data)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new AppError(
    'file_malformed',
    `The engine's answer to ${path} is not what this version expects (${issue.message}). Engine and interface must be the same version.`,
  )
}

function networkError(cause: unknown): AppError {
  if (cause instanceof DOMException && cause.name === 'AbortError')
    return new AppError('cancelled', 'The request was cancelled.', undefined, { cause })
  return new AppError(
    'internal',
    'The engine does not answer. Check that it still runs; nothing you did is lost as long as this window stays open.',
    undefined,
    { cause },
  )
}

async function refusal(response: Reply): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null)
  const result = v.safeParse(problemSchema, body)
  if (!result.success)
    return new AppError('internal', `The engine refused with HTTP ${response.status} and no reason.`)
  const { code, message, details } = result.output
  const known = ERROR_CODES.find((candidate) => candidate === code) ?? 'internal'
  const problem: Problem = details ? { code: known, message, details } : { code: known, message }
  return errorFromProblem(problem)
}
