import type { Hono } from 'hono'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import * as v from 'valibot'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fakePredictions } from '../../../test/support/fake-predictions'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import {
  datasetInfoSchema,
  gestureResultSchema,
  eventSchema,
  jobSchema,
  mapHeaderSchema,
  modelInfoSchema,
  predictionSchema,
  problemSchema,
  sampleDetailSchema,
  samplePageSchema,
  statusSchema,
  type Job,
} from '../../shared/contract'
import { readTile } from '../../shared/edit'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import { bytesOf, type DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import { openDataset } from '../dataset/readers'
import { Services } from '../services'
import { createApp } from './app'

let root: string
let app: Hono
let services: Services
beforeEach(async () => {
  vi.stubEnv('MQ_STUDIO_CACHE', await temporaryFolder())
  onTestFinished(() => void vi.unstubAllEnvs())
  root = await makeDataset(await temporaryFolder())
  const own = new Services(fakePredictions())
  services = own
  onTestFinished(() => own.dispose())
  app = createApp(services, { token: null })
})

async function answer<T extends v.GenericSchema>(
  schema: T,
  path: string,
  init: RequestInit = {},
): Promise<v.InferOutput<T>> {
  const response = await app.request(`/v1${path}`, init)
  expect(response.status, `${path}: ${await response.clone().text()}`).toBeLessThan(300)
  return v.parse(schema, await response.json())
}

async function refusal(path: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await app.request(`/v1${path}`, init)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return [response.status, v.parse(problemSchema, await response.json()).code]
}

const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })
const open = (): Promise<unknown> => answer(datasetInfoSchema, '/dataset', post({ path: root }))

async function frame(path: string): Promise<ReturnType<typeof decodeFrame>> {
  const response = await app.request(`/v1${path}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return decodeFrame(new Uint8Array(await response.arrayBuffer()))
}

function edit(
  map: DenseMap,
  baseRevision: number,
  task: TaskId = 'semseg',
  id: string = randomUUID(),
): RequestInit {
  const bytes = readTile(map, { tx: 0, ty: 0 })
  const maps = [{ task, baseRevision, tiles: [{ tx: 0, ty: 0, bytes: bytes.length }] }]
  return { method: 'PATCH', body: encodeFrame({ id, label: 'Paint', maps }, bytes) }
}

async function finished(job: Job): Promise<Job> {
  for (;;) {
    const current = await answer(jobSchema, `/jobs/${job.id}`)
    if (current.state !== 'running') return current
    // Requests are answered without leaving the microtask queue; files are not.
    await setTimeout(5)
  }
}

describe('opening', () => {
  it('starts empty and says what to do', async () => {
    expect(await answer(statusSchema, '/status')).toMatchObject({ dataset: null, model: null, problems: [] })
    expect(await refusal('/samples')).toEqual([404, 'not_found'])
  })

  it('opens a data set and a model', async () => {
    const info = await answer(datasetInfoSchema, '/dataset', post({ path: root }))
    expect(info).toMatchObject({ root, layout: 'nyudv2', samples: 3, splits: { train: 2, val: 1 } })
    expect(info.project).toEqual({ path: join(root, '.mq-studio'), insideDataset: true })
    expect(await answer(modelInfoSchema, '/model', post({ path: '/models/x' }))).toMatchObject({
      path: '/models/x',
    })
    const status = await answer(statusSchema, '/status')
    expect([status.dataset?.root, status.model?.path]).toEqual([root, '/models/x'])
  })

  it('keeps what is open when something else cannot be opened', async () => {
    await open()
    expect(await refusal('/dataset', post({ path: join(root, 'gt_sets') }))).toEqual([422, 'not_a_dataset'])
    expect(await refusal('/model', post({ path: '/nothing' }))).toEqual([422, 'bundle_invalid'])
    expect((await answer(statusSchema, '/status')).dataset?.root).toBe(root)
  })

  it('opens the same folder again with its corrections', async () => {
    await open()
    const map = await (await openDataset(root)).readLabel('a', 'semseg')
    map.data[3] = 5
    await answer(gestureResultSchema, '/samples/a/corrections', edit(map, 0))
    await open()
    expect((await answer(sampleDetailSchema, '/samples/a')).revisions.semseg).toBe(1)
    await answer(gestureResultSchema, '/samples/a/corrections', edit(map, 1))
  })

  it('shows what could not be opened at the start', async () => {
    await services.openInitial(join(root, 'none'), '/nothing')
    const { problems } = await answer(statusSchema, '/status')
    expect(problems.map(({ code }) => code)).toEqual(['not_a_dataset', 'bundle_invalid'])
  })

  it('refuses bodies that are not what they must be', async () => {
    expect(await refusal('/dataset', { method: 'POST', body: '{' })).toEqual([400, 'bad_arguments'])
    expect(await refusal('/dataset', post({ path: 7 }))).toEqual([400, 'bad_arguments'])
    expect(await refusal('/dataset', post({ path: 'x'.repeat(5_000_000) }))).toEqual([413, 'file_too_large'])
    expect(await refusal('/nothing')).toEqual([404, 'not_found'])
  })
})

describe('samples', () => {
  beforeEach(open)

  it('come in pages and by split', async () => {
    const page = await answer(samplePageSchema, '/samples?offset=1&limit=1')
    expect([page.total, page.samples.map(({ id }) => id)]).toEqual([3, ['b']])
    const val = await answer(samplePageSchema, '/samples?split=val')
    expect([val.total, val.samples[0]?.id]).toEqual([1, 'c'])
    expect(await refusal('/samples?limit=0')).toEqual([400, 'bad_arguments'])
    expect(await refusal('/samples?offset=-1')).toEqual([400, 'bad_arguments'])
  })

  it('have a size, labels and revisions', async () => {
    expect(await answer(sampleDetailSchema, '/samples/a')).toEqual({
      id: 'a',
      split: 'train',
      width: 8,
      height: 6,
      labels: ['semseg', 'depth', 'normals', 'edge'],
      predicted: false,
      empty: [],
      revisions: { semseg: 0, depth: 0, normals: 0, edge: 0 },
      reviews: {},
      problems: [],
    })
    expect(await refusal('/samples/nobody')).toEqual([404, 'sample_missing'])
    expect(await refusal(`/samples/${encodeURIComponent('../a')}`)).toEqual([404, 'sample_missing'])
    expect(await refusal(`/samples/${encodeURIComponent('../../etc/passwd')}/photo`)).toEqual([
      404,
      'sample_missing',
    ])
  })

  it('show what is wrong with them', async () => {
    await rm(join(root, 'edge/a.png'))
    await open()
    expect((await answer(sampleDetailSchema, '/samples/a')).problems).toMatchObject([
      { code: 'file_missing' },
    ])
    expect((await answer(samplePageSchema, '/samples')).samples[0]?.problems).toBe(1)
    expect(await refusal('/samples/a/maps/edge/label')).toEqual([404, 'file_missing'])
  })

  it('give the photo’s own bytes, and nothing when they are known', async () => {
    const response = await app.request('/v1/samples/a/photo')
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(await readFile(join(root, 'images/a.png')))
    const etag = response.headers.get('etag') ?? ''
    const again = await app.request('/v1/samples/a/photo', { headers: { 'if-none-match': etag } })
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0])
    const other = await app.request('/v1/samples/b/photo', { headers: { 'if-none-match': etag } })
    expect(other.status).toBe(200)
  })

  it('give a thumbnail', async () => {
    const response = await app.request('/v1/samples/a/thumbnail')
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP')
  })

  it('give maps in every source', async () => {
    const label = await (await openDataset(root)).readLabel('a', 'normals')
    for (const source of ['label', 'corrected']) {
      const { header, payload } = await frame(`/samples/a/maps/normals/${source}`)
      expect(v.parse(mapHeaderSchema, header)).toEqual({ kind: 'vector', width: 8, height: 6, revision: 0 })
      expect(Uint8Array.from(payload)).toEqual(bytesOf(label))
    }
    expect(await refusal('/samples/a/maps/semseg/prediction')).toEqual([404, 'not_found'])
    expect(await refusal('/samples/a/maps/unknown/label')).toEqual([400, 'bad_arguments'])
    expect(await refusal('/samples/a/maps/semseg/unknown')).toEqual([400, 'bad_arguments'])
    expect(await refusal('/samples/a/maps/sal/label')).toEqual([404, 'file_missing'])
  })
})

describe('corrections', () => {
  beforeEach(open)

  it('are saved and come back in the corrected map', async () => {
    const map = await (await openDataset(root)).readLabel('a', 'semseg')
    map.data.fill(4, 0, 10)
    const result = await answer(gestureResultSchema, '/samples/a/corrections', edit(map, 0))
    expect(result.revisions.semseg).toBe(1)
    const { header, payload } = await frame('/samples/a/maps/semseg/corrected')
    expect(v.parse(mapHeaderSchema, header).revision).toBe(1)
    expect(Uint8Array.from(payload)).toEqual(bytesOf(map))
    expect((await answer(sampleDetailSchema, '/samples/a')).revisions.semseg).toBe(1)
    expect((await answer(samplePageSchema, '/samples')).samples[0]?.corrected).toEqual(['semseg'])
  })

  it('that are sent again are not applied again', async () => {
    const map = await (await openDataset(root)).readLabel('a', 'semseg')
    map.data.fill(4, 0, 10)
    const id = randomUUID()
    for (let attempt = 0; attempt < 2; attempt++) {
      const result = await answer(gestureResultSchema, '/samples/a/corrections', edit(map, 0, 'semseg', id))
      expect(result.revisions).toEqual({ semseg: 1 })
    }
  })

  it('are refused with a reason', async () => {
    const map = await (await openDataset(root)).readLabel('a', 'semseg')
    const path = '/samples/a/corrections'
    expect(await refusal(path, edit(map, 3))).toEqual([409, 'revision_conflict'])
    expect(await refusal(path, { method: 'PATCH', body: 'x' })).toEqual([400, 'bad_arguments'])
    const wrong = (header: unknown): RequestInit => ({
      method: 'PATCH',
      body: encodeFrame(header, new Uint8Array(4)),
    })
    expect(await refusal(path, wrong({ id: 'gesture-1', label: '' }))).toEqual([400, 'bad_arguments'])
    const maps = [{ task: 'semseg', baseRevision: 0, tiles: [{ tx: 0, ty: 0, bytes: 99 }] }]
    const short = wrong({ id: 'gesture-1', label: '', maps })
    expect(await refusal(path, short)).toEqual([400, 'bad_arguments'])
    const twice = wrong({ id: 'gesture-1', label: '', maps: [...maps, ...maps] })
    expect(await refusal(path, twice)).toEqual([400, 'bad_arguments'])
    map.data[0] = 77
    expect(await refusal(path, edit(map, 0))).toEqual([400, 'value_out_of_range'])
    expect(await refusal(path, edit(map, 0, 'sal'))).toEqual([404, 'file_missing'])
    const huge = { method: 'PATCH', body: 'x', headers: { 'content-length': '600000000' } }
    expect(await refusal(path, huge)).toEqual([413, 'file_too_large'])
  })
})

describe('predictions', () => {
  beforeEach(async () => {
    await open()
    await answer(modelInfoSchema, '/model', post({ path: '/models/x' }))
  })

  it('are made on request and then found', async () => {
    expect((await answer(predictionSchema, '/samples/a/prediction', { method: 'POST' })).sample).toBe('a')
    expect((await answer(samplePageSchema, '/samples')).samples.map(({ predicted }) => predicted)).toEqual([
      true,
      false,
      false,
    ])
    expect((await frame('/samples/a/maps/semseg/prediction')).payload.length).toBe(48)
  })
})

describe('jobs', () => {
  beforeEach(async () => {
    await open()
    await answer(modelInfoSchema, '/model', post({ path: '/models/x' }))
  })

  it('predict every sample and name those that were skipped', async () => {
    const job = await finished(await answer(jobSchema, '/jobs', post({ kind: 'predict', ids: null })))
    expect(job).toMatchObject({ state: 'done', done: 3, total: 3, message: '2 of 3 samples predicted' })
    expect(job.problem).toMatchObject({ code: 'inference_failed', details: { skipped: ['c'] } })
  })

  it('fail when nothing succeeds', async () => {
    const job = await finished(await answer(jobSchema, '/jobs', post({ kind: 'predict', ids: ['c'] })))
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'inference_failed' } })
    expect(await refusal('/jobs', post({ kind: 'predict', ids: ['nobody'] }))).toEqual([
      404,
      'sample_missing',
    ])
  })

  it('stop when they are cancelled', async () => {
    root = await makeDataset(await temporaryFolder(), { splits: { train: ['slow', 'b'] } })
    await open()
    const job = await answer(jobSchema, '/jobs', post({ kind: 'predict', ids: null }))
    expect(await answer(jobSchema, `/jobs/${job.id}`, { method: 'DELETE' })).toMatchObject({
      state: 'cancelled',
    })
    expect(await refusal('/jobs/none')).toEqual([404, 'not_found'])
  })

  it('export, with the report', async () => {
    const out = join(await temporaryFolder(), 'out')
    const request = { kind: 'export', out, format: 'nyudv2', onlyCorrected: false }
    const job = await finished(await answer(jobSchema, '/jobs', post(request)))
    expect(job).toMatchObject({ state: 'done', report: { files: 19, verified: 19, changed: 0 } })
    const again = await finished(await answer(jobSchema, '/jobs', post(request)))
    expect(again).toMatchObject({ state: 'failed', problem: { code: 'export_refused' } })
  })
})

describe('events', () => {
  it('arrive in order while they happen, and end with the connection', async () => {
    const abort = new AbortController()
    const response = await app.request('/v1/events', { signal: abort.signal })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body!.getReader()
    let text = new TextDecoder().decode((await reader.read()).value)
    await open()
    await answer(modelInfoSchema, '/model', post({ path: '/models/x' }))
    await answer(predictionSchema, '/samples/a/prediction', { method: 'POST' })
    const map = await (await openDataset(root)).readLabel('a', 'semseg')
    map.data[0] = 1
    await answer(gestureResultSchema, '/samples/a/corrections', edit(map, 0))
    for (let ended = false; !ended && !text.includes('"correction"');) {
      const { value, done } = await reader.read()
      text += new TextDecoder().decode(value)
      ended = done
    }
    const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) =>
      v.parse(eventSchema, JSON.parse(json ?? '')),
    )
    expect(events).toEqual([
      { type: 'dataset' },
      { type: 'model' },
      { type: 'prediction', sample: 'a' },
      { type: 'correction', sample: 'a', task: 'semseg', revision: 1 },
    ])
    await reader.cancel()
  })
})

describe('the interface', () => {
  it('is served with a policy that runs nothing from elsewhere', async () => {
    const renderer = await temporaryFolder()
    await mkdir(join(renderer, 'assets'))
    await writeFile(join(renderer, 'index.html'), '<!doctype html>')
    await writeFile(join(renderer, 'assets/a-1.js'), '1')
    app = createApp(services, { token: null, renderer })
    const page = await app.request('/')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/unsafe-eval|script-src/)
    for (const [name, value] of [
      ['x-content-type-options', 'nosniff'],
      ['cross-origin-opener-policy', 'same-origin'],
      ['cross-origin-embedder-policy', 'require-corp'],
      ['access-control-allow-origin', null],
    ] as const)
      expect(page.headers.get(name)).toBe(value)
    expect((await app.request('/assets/a-1.js')).headers.get('cache-control')).toContain('immutable')
    for (const path of [
      '/assets/none.js',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/',
      '/%00.js',
      '/%ff.js',
    ])
      expect((await app.request(path)).status, path).toBe(404)
  })

  it('says how to build it when it is missing', async () => {
    app = createApp(services, { token: null, renderer: join(root, 'none') })
    const response = await app.request('/')
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('npm run build')])
  })
})
