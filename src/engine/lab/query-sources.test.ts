import { join, resolve } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { tinyRooms } from '../../../test/support/tiny-rooms'
import type { Intervention } from '../../shared/lab/intervention'
import { openDataset } from '../dataset/readers'
import { InferenceHost } from '../inference/host'
import { openBundle } from '../predictions/bundle'
import { LabModel } from './lab-model'
import { QuerySources } from './query-sources'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const MEAN: Intervention = {
  kind: 'mean',
  id: 'mean',
  name: '',
  enabled: true,
  task: 'depth',
  scale: null,
  query: null,
  split: 'val',
}

it('stops the mean of a split once no question waits for it any more, and starts anew when asked again', async () => {
  const root = await tinyRooms()
  const host = new InferenceHost()
  onTestFinished(() => host.dispose())
  const model = new LabModel(host, { ...(await openBundle(TINY)), provider: 'cpu' })
  const told = vi.fn()
  const sources = new QuerySources(await openDataset(root), model, join(root, '../cache'), told)
  const runs: { signal: AbortSignal; end: () => void }[] = []
  vi.spyOn(model, 'queries').mockImplementation((_, signal) => {
    if (!signal) throw new Error('a run that cannot be stopped')
    return new Promise((end) => runs.push({ signal, end: () => end(Float32Array.of(runs.length)) }))
  })
  const ask = (): { stop: AbortController; queries: Promise<Float32Array> } => {
    const stop = new AbortController()
    return { stop, queries: sources.for([MEAN], stop.signal)('mean:"val"') }
  }

  const [first, second] = [ask(), ask()]
  await expect.poll(() => runs.length).toBe(1)
  first.stop.abort()
  await expect(first.queries).rejects.toMatchObject({ code: 'cancelled' })
  expect(runs[0]!.signal.aborted).toBe(false)
  second.stop.abort()
  await expect(second.queries).rejects.toMatchObject({ code: 'cancelled' })
  expect(runs[0]!.signal.aborted).toBe(true)
  runs[0]!.end()

  told.mockClear()
  // The first photo again: what was stopped did not go on to the second.
  const third = ask()
  await expect.poll(() => runs.length).toBe(2)
  runs[1]!.end()
  await expect.poll(() => runs.length).toBe(3)
  runs[2]!.end()
  expect(await third.queries).toEqual(Float32Array.of(2.5))
  // One of three cannot be read; it is gone through all the same.
  expect(told.mock.calls).toEqual([0, 1, 2, 3].map((done) => ['val', done, 3]))
  // What is known is not asked for again.
  expect(await ask().queries).toEqual(Float32Array.of(2.5))
  expect(runs).toHaveLength(3)
})
