import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../dataset/dataset'
import { openDataset } from '../dataset/readers'
import { forkInference } from '../inference/spawn'
import { createPredictions } from './service'
import type { Predictions } from './predictions'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

let folder: string
let dataset: Dataset
let predictions: Predictions
let children: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-predictions-'))
  await mkdir(join(folder, 'data/images'), { recursive: true })
  await mkdir(join(folder, 'data/gt_sets'))
  for (const id of ['small', 'large'])
    await cp(join(TINY, `oracle/${id}.png`), join(folder, `data/images/${id}.png`))
  await writeFile(join(folder, 'data/gt_sets/val.txt'), 'small\nlarge\n')
  dataset = await openDataset(join(folder, 'data'))
  children = 0
  predictions = create()
  await predictions.openModel(TINY)
})
afterEach(async () => {
  await predictions.dispose()
  await rm(folder, { recursive: true, force: true })
})

function create(): Predictions {
  return createPredictions({
    provider: 'cpu',
    cacheDir: join(folder, 'cache'),
    spawn: () => {
      children++
      return forkInference()
    },
  })
}

async function cachedFiles(): Promise<string[]> {
  const cache = join(folder, 'cache')
  return (await readdir(cache, { recursive: true }))
    .filter((name) => /\.prediction/.test(name))
    .map((name) => join(cache, name))
}

describe('predictions', () => {
  it('computes once; another instance answers from the disk without a child', async () => {
    expect(await predictions.has(dataset, 'small')).toBe(false)
    const first = await predictions.predict(dataset, 'small')
    expect(first).toMatchObject({
      sample: 'small',
      provider: 'cpu',
      cached: false,
      tasks: ['semseg', 'depth', 'normals', 'edge'],
    })
    const maps = await Promise.all(first.tasks.map((task) => predictions.map(dataset, 'small', task)))
    expect(maps.map(({ width, height }) => [width, height])).toEqual(first.tasks.map(() => [50, 41]))
    expect(await predictions.has(dataset, 'small')).toBe(true)
    expect(await predictions.has(dataset, 'large')).toBe(false)
    await predictions.dispose()

    const before = children
    predictions = create()
    await predictions.openModel(TINY)
    expect(await predictions.predict(dataset, 'small')).toEqual({ ...first, cached: true })
    const again = await Promise.all(first.tasks.map((task) => predictions.map(dataset, 'small', task)))
    expect(again).toEqual(maps)
    expect(children).toBe(before)
  })

  it('forgets a prediction when the photo changes', async () => {
    await predictions.predict(dataset, 'small')
    await cp(join(TINY, 'oracle/large.png'), join(folder, 'data/images/small.png'))
    expect(await predictions.has(dataset, 'small')).toBe(false)
    await expect(predictions.map(dataset, 'small', 'depth')).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['cut', (path: string) => truncate(path, 2000)],
    ['emptied', (path: string) => truncate(path, 0)],
    ['overwritten at the start', (path: string) => writeFile(path, Buffer.alloc(5000, 255))],
  ])('takes a %s entry for a missing one and mends it', async (_, damage) => {
    await predictions.predict(dataset, 'small')
    const [path = ''] = await cachedFiles()
    await damage(path)
    expect(await predictions.has(dataset, 'small')).toBe(false)
    expect(await predictions.predict(dataset, 'small')).toMatchObject({ cached: false })
    expect(await predictions.has(dataset, 'small')).toBe(true)
  })

  it('never serves a map whose bytes changed on the disk', async () => {
    await predictions.predict(dataset, 'small')
    const [path = ''] = await cachedFiles()
    const bytes = await readFile(path)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(path, bytes)
    await expect(predictions.map(dataset, 'small', 'edge')).rejects.toMatchObject({ code: 'not_found' })
    expect(await predictions.has(dataset, 'small')).toBe(false)
  })

  it('refuses what was not predicted, is not in the model or not in the folder', async () => {
    await expect(predictions.map(dataset, 'small', 'depth')).rejects.toMatchObject({ code: 'not_found' })
    await expect(predictions.labImage(dataset, 'small')).rejects.toMatchObject({ code: 'not_found' })
    await expect(predictions.map(dataset, 'small', 'sal')).rejects.toThrow('does not predict sal')
    await expect(predictions.predict(dataset, 'nobody')).rejects.toMatchObject({ code: 'sample_missing' })
  })

  it('stops on abort and leaves nothing behind', async () => {
    const abort = new AbortController()
    const run = predictions.predict(dataset, 'small', abort.signal)
    abort.abort()
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(await cachedFiles().catch(() => [])).toEqual([])
    expect(await predictions.predict(dataset, 'small')).toMatchObject({ cached: false })
  })

  it('keeps the old model when another cannot be opened', async () => {
    const { model } = predictions
    await expect(predictions.openModel(folder)).rejects.toMatchObject({ code: 'bundle_invalid' })
    expect(predictions.model).toEqual(model)
  })
})
