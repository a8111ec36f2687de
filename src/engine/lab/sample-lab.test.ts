import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { tinyRooms } from '../../../test/support/tiny-rooms'
import { decodeFrame } from '../../shared/frame'
import type { Intervention } from '../../shared/lab/intervention'
import { intervenedHeaderSchema } from '../../shared/lab/wire'
import { METRICS } from '../../shared/metrics'
import { createPredictions } from '../predictions/service'
import { Services } from '../services'
import { LabModel } from './lab-model'
import { tallyOf, TallyThreads, type TallyRequest } from './tally'
import { SampleLab } from './sample-lab'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const entry = { id: 'cut', name: '', enabled: true, head: null, factor: 0, mode: 'renormalise' as const }
const CUT: Intervention = { kind: 'taskLink', ...entry, scale: null, source: 'semseg', target: 'depth' }

it('puts in queries of the photo that a sample has now, whatever the folder, and after it is read again', async () => {
  const root = await temporaryFolder()
  const oracle = join(TINY, 'oracle')
  const folder = async (name: string, other: string): Promise<string> => {
    const photos = join(root, name)
    await mkdir(join(photos, 'images'), { recursive: true })
    await mkdir(join(photos, 'gt_sets'), { recursive: true })
    await cp(join(oracle, 'small.png'), join(photos, 'images/small.png'))
    await cp(join(oracle, `${other}.png`), join(photos, 'images/other.png'))
    await writeFile(join(photos, 'gt_sets/val.txt'), 'small\nother\n')
    return photos
  }
  const services = new Services(createPredictions({ provider: 'cpu', cacheDir: join(root, 'cache') }))
  onTestFinished(() => services.dispose())
  await services.openDataset(await folder('first', 'large'))
  const { hash: model } = await services.openModel(TINY)
  await services.predictions.predict(services.workspace.dataset, 'small')
  const lab = new SampleLab(services)
  const place = { id: 's', name: '', enabled: true, task: null, scale: null, query: null }
  const swap: Intervention = { kind: 'swap', ...place, sample: 'other' }
  const changed = async (): Promise<number> => {
    const request = { model, interventions: [swap], tasks: null, metrics: false }
    const answer = await lab.intervene('small', request, new AbortController().signal)
    // As windows do when they leave a folder.
    await lab.close('small')
    return v.parse(intervenedHeaderSchema, decodeFrame(answer).header).maps.length
  }
  expect(await changed()).toBe(4)
  const second = await folder('second', 'small')
  await services.openDataset(second)
  expect(await changed()).toBe(0)
  await folder('second', 'large')
  await services.openDataset(second)
  expect(await changed()).toBe(4)
})

it('answers a pointer while a cut is measured, and measures on another thread what it would here', async () => {
  const root = await tinyRooms()
  const services = new Services(createPredictions({ provider: 'cpu', cacheDir: join(root, '../cache') }))
  onTestFinished(() => services.dispose())
  await services.openDataset(root)
  const { hash: model } = await services.openModel(TINY)
  await services.predictions.predict(services.workspace.dataset, 'small')

  const asked: TallyRequest[] = []
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const threads = new TallyThreads()
  onTestFinished(() => threads.close())
  const lab = new SampleLab(services, async (request) => {
    asked.push(request)
    await held
    return threads.measure(request)
  })
  const spy = vi.spyOn(LabModel.prototype, 'ask')
  onTestFinished(() => spy.mockRestore())
  const decoders = (): number => spy.mock.calls.filter(([, , { kind }]) => kind === 'maps').length
  const { signal } = new AbortController()
  let ended = false
  const intervened = lab
    .intervene('small', { model, interventions: [CUT], tasks: null, metrics: true }, signal)
    .finally(() => (ended = true))
  const view = { model, weighting: 'raw' as const, head: null, interventions: [] }
  await lab.trace('small', { ...view, task: 'edge', x: 5, y: 6 }, signal)
  // Between one decoder and the next.
  expect(decoders()).toBeLessThan(4)
  await expect.poll(() => asked.length).toBe(1)
  expect(decoders()).toBe(4)
  for (const x of [1, 2, 3]) await lab.trace('small', { ...view, task: 'edge', x, y: 4 }, signal)
  expect(ended).toBe(false)

  release()
  const { metrics } = v.parse(intervenedHeaderSchema, decodeFrame(await intervened).header)
  expect(asked.map(({ task }) => task)).toEqual(['depth', 'depth'])
  const [before, after] = asked.map(
    (request) => METRICS.depth.figures(tallyOf(request), request.context).strict.rmse,
  )
  expect(metrics).toMatchObject([{ task: 'depth', before, after }])
  // The label is the prediction without a cut.
  expect(before!).toBeLessThan(after!)
})
