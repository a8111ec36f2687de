import {
  datasetInfoSchema,
  gestureResultSchema,
  jobSchema,
  mapHeaderSchema,
  modelInfoSchema,
  pixelsHeaderSchema,
  predictionSchema,
  reviewSchema,
  sampleDetailSchema,
  samplePageSchema,
  unfinishedSchema,
  statusSchema,
} from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { exportPlanSchema } from '../../shared/export'
import { datasetJsonSchema } from '../../shared/dataset-json'
import { proposalSchema } from '../../shared/describe'
import { encodeFrame } from '../../shared/frame'
import { mapFromBytes } from '../../shared/maps'
import type { TileBytes } from '../../shared/edit'
import { providerReportSchema } from '../../shared/providers'
import type { Client, CorrectionGesture } from './client'
import { followEvents } from './events'
import { createLabClient } from './lab-client'
import { post, withSignal } from './request'
import { createTransport, type Fetch, type Reply } from './transport'

function queryText(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([key, value]) => [key, `${value}`])).toString()
}

const plainFetch: Fetch = (input, init) => fetch(input, init)

/**
 * Speaks the wire contract over `fetch`; every answer is parsed before anyone sees it. `base` has no trailing slash. `quick`
 * carries the questions of the attention lab, which are asked with every movement of the pointer.
 */
export function createHttpClient(base = '', fetcher = plainFetch, quick: Fetch<Reply> = fetcher): Client {
  const { at, send, json, frame } = createTransport(base, fetcher)
  const sample = (id: string): string => `/samples/${encodeURIComponent(id)}`

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
    lab: createLabClient(createTransport(base, quick), sample),
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
