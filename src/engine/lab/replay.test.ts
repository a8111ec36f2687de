import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyRooms } from '../../../test/support/tiny-rooms'
import type { Intervention } from '../../shared/lab/intervention'
import { openDataset } from '../dataset/readers'
import { InferenceHost } from '../inference/host'
import { openBundle } from '../predictions/bundle'
import { LabModel } from './lab-model'
import { meanQueries } from './mean-queries'
import { replay, type ReplayRequest } from './replay'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const host = new InferenceHost()
afterAll(() => host.dispose())

/** Depth no longer reads the boundaries' queries. */
const CUT: Intervention = {
  kind: 'taskLink',
  id: 'a',
  name: 'no boundaries in depth',
  enabled: true,
  scale: null,
  source: 'edge',
  target: 'depth',
  head: null,
  factor: 0,
  mode: 'renormalise',
}

async function request(ids: string[]): Promise<ReplayRequest> {
  const root = await tinyRooms()
  const dataset = await openDataset(root)
  const model = new LabModel(host, { ...(await openBundle(TINY)), provider: 'cpu' })
  return { dataset, model, ids, split: 'val', interventions: [CUT], cacheDir: join(root, '../cache') }
}

describe('replaying interventions', () => {
  it('tells effect and figures with and without them, over all samples and one by one', async () => {
    const wanted = await request(['small', 'broken', 'large'])
    const found = await replay(wanted)
    expect(found).toMatchObject({ samples: 2, skipped: [{ sample: 'broken' }], interventions: [CUT] })
    const [semseg, depth] = found.tasks
    // The cut reaches depth alone; the labels are what the model predicts without it.
    expect(semseg).toMatchObject({ task: 'semseg', effect: { mean: 0, std: 0 }, labelled: 2 })
    expect(semseg!.figures.find(({ figure }) => figure === 'mIoU')).toEqual({
      figure: 'mIoU',
      before: 100,
      after: 100,
    })
    const rmse = depth!.figures.find(({ figure }) => figure === 'rmse')!
    expect(depth!.effect!.mean).toBeGreaterThan(0)
    expect(rmse.after).toBeGreaterThan(rmse.before! + depth!.effect!.mean / 2)
    expect(depth!.higherIsBetter).toBe(false)
    // Mean effect and pooled figures are those of the single samples.
    const singles = found.perSample.map(({ tasks }) => tasks.find(({ task }) => task === 'depth')!)
    expect(depth!.effect!.mean).toBeCloseTo((singles[0]!.effect! + singles[1]!.effect!) / 2, 12)
    expect(singles[0]!.headline).toMatchObject({ figure: 'rmse' })
    expect(Math.min(...singles.map(({ headline }) => headline!.after!))).toBeLessThanOrEqual(rmse.after!)
  })

  it('keeps what it measured for the same changes and no others', async () => {
    const wanted = await request(['small'])
    const first = await replay(wanted)
    expect(await replay(wanted)).toEqual(first)
    const renamed = await replay({ ...wanted, interventions: [{ ...CUT, name: 'x' }] })
    expect(renamed.tasks).toEqual(first.tasks)
    const off = await replay({ ...wanted, interventions: [{ ...CUT, enabled: false }] })
    expect(off.tasks.map(({ effect }) => effect?.mean)).toEqual([0, 0, 0, 0])
    const depth = off.tasks.find(({ task }) => task === 'depth')!
    for (const { before, after } of depth.figures) expect(after).toBe(before)
  })

  it('puts in queries of other samples and means', async () => {
    const wanted = await request(['small'])
    const place = { id: 'a', name: '', enabled: true, task: null, scale: null, query: null } as const
    const swap = await replay({ ...wanted, interventions: [{ kind: 'swap', ...place, sample: 'large' }] })
    const same = await replay({ ...wanted, interventions: [{ kind: 'swap', ...place, sample: 'small' }] })
    const mean = await replay({ ...wanted, interventions: [{ kind: 'mean', ...place, split: 'val' }] })
    const effects = ({ tasks }: typeof swap): number[] => tasks.map(({ effect }) => effect!.mean)
    expect(effects(same)).toEqual([0, 0, 0, 0])
    expect(Math.min(...effects(swap).slice(1))).toBeGreaterThan(0)
    // The mean over both photos lies between them.
    effects(mean)
      .slice(1)
      .forEach((effect, at) => {
        expect(effect).toBeGreaterThan(0)
        expect(effect).toBeLessThan(effects(swap)[at + 1]!)
      })
  })

  it('refuses what the model does not have before it begins', async () => {
    const wanted = await request(['small'])
    await expect(replay({ ...wanted, interventions: [{ ...CUT, source: 'sal' }] })).rejects.toMatchObject({
      code: 'bad_arguments',
    })
  })
})

describe('mean queries', () => {
  it('are the mean over the samples that can be read, computed once', async () => {
    const { dataset, cacheDir } = await request([])
    let asked = 0
    const mean = (ids: string[]): Promise<Float32Array> =>
      meanQueries({
        dataset,
        ids,
        cacheDir,
        model: 'hash',
        queriesOf: async ({ width }) => Float32Array.of(++asked, width, 0.1),
      })
    const small = await dataset.readPhoto('small')
    const large = await dataset.readPhoto('large')
    const expected = Float32Array.of(1.5, (small.width + large.width) / 2, 0.1)
    expect(await mean(['small', 'broken', 'large'])).toEqual(expected)
    expect(await mean(['small', 'broken', 'large'])).toEqual(expected)
    expect(asked).toBe(2)
    await mean(['small'])
    expect(asked).toBe(3)
  })
})
