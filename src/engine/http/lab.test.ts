import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { createHttpClient } from '../../renderer/api/http-client'
import { createMask } from '../../shared/mask'
import type { Intervention } from '../../shared/lab/intervention'
import { regionOf } from '../../shared/lab/region'
import { bytesOf } from '../../shared/maps'
import { createPredictions } from '../predictions/service'
import { Services } from '../services'
import { createApp } from './app'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const CUT: Intervention = {
  kind: 'taskLink',
  id: 'cut',
  name: 'depth to semseg',
  enabled: true,
  scale: null,
  source: 'depth',
  target: 'semseg',
  head: null,
  factor: 0,
  mode: 'renormalise',
}

/** The interface's own client against the whole engine, with the untrained bundle. */
let client: ReturnType<typeof createHttpClient>
let model: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'images'))
  await mkdir(join(folder, 'gt_sets'))
  for (const name of ['small', 'large'])
    await cp(join(TINY, 'oracle', `${name}.png`), join(folder, 'images', `${name}.png`))
  await writeFile(join(folder, 'gt_sets/val.txt'), 'small\nlarge\n')
  const services = new Services(createPredictions({ provider: 'cpu', cacheDir: join(folder, 'cache') }))
  onTestFinished(() => services.dispose())
  await services.openDataset(folder)
  model = (await services.openModel(TINY)).hash
  const app = createApp(services, { token: null })
  client = createHttpClient('', async (input, init) => app.request(input, init))
})
const view = (
  interventions: Intervention[] = [],
): {
  model: string
  weighting: 'contribution'
  head: null
  interventions: Intervention[]
} => ({ model, weighting: 'contribution', head: null, interventions })

describe('the routes of the lab', () => {
  it('ask for a prediction first, and refuse another model, unknown samples and wrong requests', async () => {
    const question = { ...view(), task: 'depth' as const, x: 3, y: 4 }
    await expect(client.lab.trace('small', question)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('predict it first') as unknown,
    })
    await client.predict('small')
    await expect(client.lab.trace('none', question)).rejects.toMatchObject({ code: 'sample_missing' })
    await expect(client.lab.trace('small', { ...question, model: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'model_changed',
    })
    await expect(client.lab.trace('small', { ...question, x: 5000 })).rejects.toMatchObject({
      code: 'bad_arguments',
    })
    await expect(client.lab.trace('small', { ...question, x: -1 })).rejects.toMatchObject({
      code: 'bad_arguments',
    })
    const region = { width: 50, height: 41, bounds: { x: 0, y: 0, width: 2, height: 2 }, runs: [0, 9] }
    await expect(
      client.lab.effects('small', { model, base: [], changes: [[CUT]], tasks: null, region }),
    ).rejects.toMatchObject({ code: 'bad_arguments' })
  })

  it('answer every question', async () => {
    await client.predict('small')
    const trace = await client.lab.trace('small', { ...view(), task: 'depth', x: 3, y: 4 })
    expect(trace.maps).toHaveLength(16)
    expect(
      trace.sources.reduce((sum, { pixels, token }) => sum + pixels + token, trace.ownFeature),
    ).toBeCloseTo(1, 5)
    const query = await client.lab.query('small', { ...view(), task: 'edge', scale: 1, query: 2 })
    expect([query.taskStep.reads.length, query.scaleStep!.readBy.length]).toEqual([16, 16])
    expect(query.classes).toMatchObject({ task: 'semseg', label: null })
    const gallery = await client.lab.gallery('small', { ...view(), task: 'edge', scale: 1 })
    expect(gallery.queries.map(({ read }) => Math.max(...read))).toEqual([255, 255, 255, 255])
    const region = regionOf(createMask({ width: 50, height: 41 }, new Uint8Array(50 * 41).fill(1, 100, 300)))
    const whole = await client.lab.matrix('small', { ...view(), of: { level: 'task' }, region: null })
    const part = await client.lab.matrix('small', { ...view(), of: { level: 'task' }, region })
    expect(whole.matrices).toHaveLength(4)
    expect(part).not.toEqual(whole)
    await client.lab.close('small')
  })

  it('intervene: changed maps, unchanged tasks by name, measured effects', async () => {
    await client.predict('small')
    const plain = (await client.map('small', 'semseg', 'prediction')).map
    const { maps, unchanged, metrics } = await client.lab.intervene('small', {
      model,
      interventions: [CUT],
      tasks: null,
      metrics: true,
    })
    expect(unchanged).toEqual(['depth', 'normals', 'edge'])
    expect(maps.map(({ task }) => task)).toEqual(['semseg'])
    expect(metrics).toEqual([])
    const differing = bytesOf(maps[0]!.map).filter((value, at) => value !== bytesOf(plain)[at]).length
    expect(differing).toBeGreaterThan(0)
    const { effects } = await client.lab.effects('small', {
      model,
      base: [],
      changes: [[CUT], [{ ...CUT, factor: 1 }]],
      tasks: ['semseg', 'depth'],
      region: null,
    })
    expect(effects).toEqual([
      [
        { task: 'semseg', value: differing / (50 * 41) },
        { task: 'depth', value: 0 },
      ],
      [
        { task: 'semseg', value: 0 },
        { task: 'depth', value: 0 },
      ],
    ])
  })

  it('puts in queries of another sample, and the mean of all', async () => {
    await client.predict('small')
    const place = { id: 's', name: '', enabled: true, task: null, scale: null, query: null }
    const swapped = (sample: string): Promise<Awaited<ReturnType<typeof client.lab.intervene>>> =>
      client.lab.intervene('small', {
        model,
        interventions: [{ kind: 'swap', ...place, sample }],
        tasks: null,
        metrics: false,
      })
    expect((await swapped('large')).maps).toHaveLength(4)
    expect((await swapped('small')).maps).toHaveLength(0)
    await expect(swapped('none')).rejects.toMatchObject({ code: 'sample_missing' })
    const mean: Intervention = { kind: 'mean', ...place, split: 'val' }
    expect(
      (await client.lab.intervene('small', { model, interventions: [mean], tasks: null, metrics: false }))
        .maps,
    ).toHaveLength(4)
  })
})
