import type { ChildProcess } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../dataset/dataset'
import { openDataset } from '../dataset/readers'
import { forkInference } from '../inference/spawn'
import type { Predictions } from './predictions'
import { createPredictions } from './service'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

let folder: string
let dataset: Dataset
let predictions: Predictions
let children: ChildProcess[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-prefetch-'))
  await mkdir(join(folder, 'data/images'), { recursive: true })
  await mkdir(join(folder, 'data/gt_sets'))
  for (const id of ['small', 'large'])
    await cp(join(TINY, `oracle/${id}.png`), join(folder, `data/images/${id}.png`))
  await writeFile(join(folder, 'data/gt_sets/val.txt'), 'small\nlarge\n')
  dataset = await openDataset(join(folder, 'data'))
  children = []
  predictions = createPredictions({
    provider: 'cpu',
    cacheDir: join(folder, 'cache'),
    spawn: () => {
      const child = forkInference()
      children.push(child)
      return child
    },
  })
  await predictions.openModel(TINY)
})
afterEach(async () => {
  await predictions.dispose()
  await rm(folder, { recursive: true, force: true })
})

// The child has low priority: on a busy machine it starts late.
describe('a prediction ahead', { timeout: 120_000 }, () => {
  it('is kept like any other, and its child goes away', async () => {
    await predictions.predict(dataset, 'small')
    expect(await predictions.prefetch(dataset, 'large')).toBe(true)
    expect(await predictions.predict(dataset, 'large')).toMatchObject({ cached: true, provider: 'cpu' })
    expect(children).toHaveLength(2)
    expect(children[1]!.signalCode).toBe('SIGKILL')
    expect(children[0]!.signalCode).toBeNull()
    expect(await predictions.prefetch(dataset, 'large')).toBe(false)
    expect(children).toHaveLength(2)
  })

  it('stops when the user asks for anything, and leaves the child that serves them alone', async () => {
    await predictions.predict(dataset, 'small')
    const ahead = predictions.prefetch(dataset, 'large')
    await expect.poll(() => children.length).toBe(2)
    const image = await predictions.labImage(dataset, 'small')
    const asked = predictions.labModel().queries(image)
    expect(await ahead).toBe(false)
    expect(children[1]!.signalCode).toBe('SIGKILL')
    expect((await asked).length).toBe(4 * 4 * 4 * 16)
    expect(children).toHaveLength(2)
    expect(await predictions.has(dataset, 'large')).toBe(false)
  })

  it('waits while the model is in use, and gives way to a later one', async () => {
    const first = predictions.predict(dataset, 'small')
    await expect.poll(() => children.length).toBe(1)
    const ahead = predictions.prefetch(dataset, 'large')
    const later = predictions.prefetch(dataset, 'large')
    expect(await ahead).toBe(false)
    await first
    expect(await later).toBe(true)
    expect(children).toHaveLength(2)
  })
})
