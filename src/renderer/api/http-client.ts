import * as v from 'valibot'
import {
  API,
  datasetInfoSchema,
  gestureResultSchema,
  jobSchema,
  mapHeaderSchema,
  modelInfoSchema,
  pixelsHeaderSchema,
  predictionSchema,
  problemSchema,
  reviewSchema,
  sampleDetailSchema,
  samplePageSchema,
  unfinishedSchema,
  statusSchema,
} from '../../shared/contract'
import { AppError, ERROR_CODES, errorFromProblem, type Problem } from '../../shared/errors'
import { exportPlanSchema } from '../../shared/export'
import { datasetJsonSchema } from '../../shared/dataset-json'
import { proposalSchema } from '../../shared/describe'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import { mapFromBytes } from '../../shared/maps'
import type { TileBytes } from '../../shared/edit'
import { providerReportSchema } from '../../shared/providers'
import type { Client, CorrectionGesture } from './client'
import { followEvents } from './events'
import { createLabClient } from './lab-client'
import { post, withSignal } from './request'

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>

function queryText(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([key, value]) => [key, `${value}`])).toString()
}

/** Speaks the wire contract over `fetch`; every answer is parsed before anyone sees it. `base` has no trailing slash. */
export function createHttpClient(base = '', fetcher: Fetch = (input, init) => fetch(input, init)): Client {
  const at = (path: string): string => `${base}${API}${path}`
  const sample = (id: string): string => `/samples/${encodeURIComponent(id)}`

  /** Sends one request; failures of the network and of the engine become AppErrors. */
  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response
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
      const { header, payload } = decodeFrame(new Uint8Array(await response.arrayBuffer()))
      return { header: parse(schema, header, path), payload }
    } catch (cause) {
      throw cause instanceof AppError ? cause : networkError(cause)
    }
  }

  return {
    status: (signal) => json(statusSchema, '/status', withSignal(signal)),
    openDataset: (path) => json(datasetInfoSchema, '/dataset', post({ path })),
    describe: (path) => json(proposalSchema, '/describe', post({ path })),
    writeDescription: (path, description) =>
      json(datasetJsonSchema, '/describe', { ...post({ path, json: description }), method: 'PUT' }),
    openModel: (path) => json(modelInfoSchema, '/model', post({ path })),
    providers: () => json(providerReportSchema, '/model/providers'),
    tryProvidersAgain: () => json(providerReportSchema, '/model/providers', { method: 'DELETE' }),
    samples: (query, range, signal) =>
      json(samplePageSchema, `/samples?${queryText({ ...query, ...range })}`, withSignal(signal)),
    nextUnfinished: async (query, after) =>
      (await json(unfinishedSchema, `/unfinished?${queryText({ ...query, after })}`)).id,
    sample: (id, signal) => json(sampleDetailSchema, sample(id), withSignal(signal)),
    photoUrl: (id) => at(`${sample(id)}/photo`),
    evaluationReportUrl: () => at('/evaluation/report'),
    thumbnailUrl: (id) => at(`${sample(id)}/thumbnail`),
    async pixels(id, signal) {
      const { header, payload } = await frame(pixelsHeaderSchema, `${sample(id)}/pixels`, withSignal(signal))
      const { width, height } = header
      if (payload.byteLength !== width * height * 3)
        throw new AppError(
          'file_malformed',
          `the engine sent ${payload.byteLength} bytes for a ${width}x${height} photo; ${width * height * 3} were expected`,
        )
      return { width, height, data: payload }
    },
    async map(id, task, source, signal) {
      const path = `${sample(id)}/maps/${task}/${source}`
      const { header, payload } = await frame(mapHeaderSchema, path, withSignal(signal))
      const map = mapFromBytes(header.kind, header.width, header.height, payload)
      return { map, revision: header.revision }
    },
    predict: (id, signal) =>
      json(predictionSchema, `${sample(id)}/prediction`, { ...withSignal(signal), method: 'POST' }),
    async prefetch(id) {
      await send(`${sample(id)}/prefetch`, { method: 'POST' })
    },
    correct: (id, gesture) =>
      json(gestureResultSchema, `${sample(id)}/corrections`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/octet-stream' },
        body: encodeGesture(gesture),
      }),
    review: (id, task, review) =>
      json(reviewSchema, `${sample(id)}/reviews/${task}`, { ...post(review), method: 'PUT' }),
    planExport: (wish, signal) =>
      json(exportPlanSchema, '/exports/plan', { ...post(wish), ...withSignal(signal) }),
    startJob: (request) => json(jobSchema, '/jobs', post(request)),
    job: (id) => json(jobSchema, `/jobs/${encodeURIComponent(id)}`),
    async cancelJob(id) {
      await send(`/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
    lab: createLabClient({ json, frame, send, sample }),
    follow: (listener) => followEvents((signal) => send('/events', { signal }), listener),
  }
}

function encodeGesture({ id, label, maps }: CorrectionGesture): Uint8Array<ArrayBuffer> {
  const headers = maps.map(({ task, baseRevision, tiles }) => ({
    task,
    baseRevision,
    tiles: tiles.map(({ tx, ty, bytes }) => ({ tx, ty, bytes: bytes.byteLength })),
  }))
  return encodeFrame({ id, label, maps: headers }, joined(maps.flatMap(({ tiles }) => tiles)))
}

function joined(tiles: readonly TileBytes[]): Uint8Array {
  const all = new Uint8Array(tiles.reduce((sum, { bytes }) => sum + bytes.byteLength, 0))
  let at = 0
  for (const { bytes } of tiles) {
    all.set(bytes, at)
    at += bytes.byteLength
  }
  return all
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

async function refusal(response: Response): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null)
  const result = v.safeParse(problemSchema, body)
  if (!result.success)
    return new AppError('internal', `The engine refused with HTTP ${response.status} and no reason.`)
  const { code, message, details } = result.output
  const known = ERROR_CODES.find((candidate) => candidate === code) ?? 'internal'
  const problem: Problem = details ? { code: known, message, details } : { code: known, message }
  return errorFromProblem(problem)
}
