import { readdir, truncate } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { tinyRooms } from '../../../test/support/tiny-rooms'
import { effectOf } from '../../shared/lab/effect'
import { cutOf, reachOf } from '../../shared/lab/link'
import { METRICS } from '../../shared/metrics'
import { openDataset } from '../dataset/readers'
import { contextOf } from '../evaluate/measurer'
import { InferenceHost } from '../inference/host'
import { openBundle } from '../predictions/bundle'
import { measureInfluence, type InfluenceRequest } from './influence'
import { LabModel } from './lab-model'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const host = new InferenceHost()
afterAll(() => host.dispose())

async function model(): Promise<LabModel> {
  return new LabModel(host, { ...(await openBundle(TINY)), provider: 'cpu' })
}

async function request(root: string, ids: string[]): Promise<InfluenceRequest> {
  const dataset = await openDataset(root)
  const cacheDir = join(root, '../cache')
  return { dataset, model: await model(), ids, split: 'val', mode: 'renormalise', labels: false, cacheDir }
}

describe('influence', () => {
  it('is the effect of each cut alone beside the attention of the prediction', async () => {
    const wanted = await request(await tinyRooms(), ['small'])
    const steps: string[] = []
    const report = await measureInfluence({
      ...wanted,
      progress: (done, total) => void steps.push(`${done}/${total}`),
    })
    const { links, shape } = wanted.model
    expect(report).toMatchObject({ samples: 1, skipped: [], reused: 0, split: 'val', labels: null })
    expect(steps.at(-1)).toBe(`${links.length}/${links.length}`)
    const [sample] = report.perSample
    const image = { key: 'small', ...(await wanted.dataset.readPhoto('small')) }
    const plain = await wanted.model.plain(image)
    for (const at of [1, 7, links.length - 2]) {
      const link = links[at]!
      const after = await wanted.model.changed(image, [cutOf(link, 'renormalise')], shape.tasks)
      const task = reachOf(link)
      expect(sample!.effect[at]).toBe(effectOf(plain.get(task)!, after.get(task)!))
      expect(sample!.effect[at]).toBeGreaterThan(0)
      // What the cut cannot reach stays as it is, bit for bit.
      for (const other of shape.tasks) if (other !== task) expect(after.get(other)).toEqual(plain.get(other))
    }
    // Every row of attention sums to one over its sources.
    const [target] = report.attention
    for (const scale of shape.scales.keys())
      expect(target!.reduce((sum, source) => sum + source[scale]!, 0)).toBeCloseTo(1, 5)
  })

  it('goes on where a run was stopped, and measures damaged results again', async () => {
    const wanted = await request(await tinyRooms(), ['small', 'large'])
    const stop = new AbortController()
    const stopped = measureInfluence({
      ...wanted,
      signal: stop.signal,
      progress: (done) => {
        if (done === 1) stop.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const full = await measureInfluence(wanted)
    expect(full).toMatchObject({ samples: 2, reused: 1 })
    const again = await measureInfluence(wanted)
    expect(again.reused).toBe(2)
    expect({ ...again, seconds: 0, reused: 0 }).toEqual({ ...full, seconds: 0, reused: 0 })
    const kept = join(wanted.cacheDir, 'influence', (await readdir(join(wanted.cacheDir, 'influence')))[0]!)
    const [first] = await readdir(kept)
    await truncate(join(kept, first!), 100)
    expect((await measureInfluence(wanted)).reused).toBe(1)
    expect(await readdir(kept)).toHaveLength(2)
  })

  it('names samples that cannot be read and measures the rest', async () => {
    const wanted = await request(await tinyRooms(), ['broken', 'small'])
    const report = await measureInfluence(wanted)
    expect(report.samples).toBe(1)
    expect(report.skipped).toMatchObject([{ sample: 'broken', code: 'file_truncated' }])
    await expect(measureInfluence({ ...wanted, ids: ['broken'] })).rejects.toMatchObject({
      code: 'file_truncated',
    })
  })

  it('tells what each cut does to the figures against the labels, from sums over all images', async () => {
    const wanted = await request(await tinyRooms(), ['small', 'large'])
    const before = await measureInfluence(wanted)
    const { labels, reused, effect } = await measureInfluence({ ...wanted, labels: true })
    // Measured without labels before: everything is measured again, and the effects are the same.
    expect([reused, effect]).toEqual([0, before.effect])
    // The labels are the prediction itself, but for what their files round.
    expect(labels?.figures.semseg).toEqual({
      figure: 'mIoU',
      higherIsBetter: true,
      before: 100,
      images: 2,
    })
    expect(labels?.figures.depth?.before).toBeLessThan(0.01)
    const { links } = wanted.model
    const at = links.findIndex(
      (link) => link.axis === 'task' && link.target === 'depth' && link.source === 'edge',
    )
    const context = contextOf(wanted.dataset, 'depth')
    let [squares, valid] = [0, 0]
    for (const id of wanted.ids) {
      const image = { key: id, ...(await wanted.dataset.readPhoto(id)) }
      const cut = await wanted.model.changed(image, [cutOf(links[at]!, 'renormalise')], ['depth'])
      const sums = METRICS.depth.measure(
        await wanted.dataset.readLabel(id, 'depth'),
        cut.get('depth')!,
        context,
      )
      squares += sums.squares![0]!
      valid += sums.valid![0]!
    }
    expect(labels?.change[at]).toBeCloseTo(Math.sqrt(squares / valid) - labels!.figures.depth!.before!, 12)
    expect((await measureInfluence({ ...wanted, labels: true })).reused).toBe(2)
    expect((await measureInfluence(wanted)).reused).toBe(2)
  })
})
