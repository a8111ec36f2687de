import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ForwardResult } from '../../shared/inference-protocol'
import { createMap } from '../../shared/maps'
import { PredictionCache } from './cache'
import { cacheFolder } from './cache-folder'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mq-cache-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function result(value: number): ForwardResult {
  const map = createMap('scalar', 50, 50)
  map.data.fill(value)
  return {
    kind: 'forward',
    provider: 'cpu',
    seconds: { a: 1, b: 0.5 },
    maps: [{ task: 'depth', map }],
    attention: null,
  }
}
const key = (photo: string): { model: string; photo: string } => ({ model: 'm', photo })

it('deletes the least recently used predictions above its limit', async () => {
  const cache = new PredictionCache(folder, 25_000)
  await cache.write(key('a'), result(1))
  await cache.write(key('b'), result(2))
  for (const [index, name] of ['a', 'b'].entries())
    await utimes(join(folder, 'predictions/m', `${name}.prediction`), index, index)
  expect(await cache.read(key('a'))).toMatchObject({ seconds: 1.5 })
  await cache.write(key('c'), result(3))
  expect(await cache.read(key('b'))).toBeNull()
  expect((await cache.readMap(key('a'), 'depth'))?.data[0]).toBe(1)
  expect((await cache.readMap(key('c'), 'depth'))?.data[2499]).toBe(3)
})

it('keeps one prediction that alone exceeds the limit', async () => {
  const cache = new PredictionCache(folder, 10)
  await cache.write(key('a'), result(1))
  expect(await cache.read(key('a'))).not.toBeNull()
})

it.each([
  ['linux', { XDG_CACHE_HOME: '/c' }, '/c/mq-studio'],
  ['win32', { LOCALAPPDATA: '/l' }, '/l/mq-studio'],
  ['darwin', { MQ_STUDIO_CACHE: '/own' }, '/own'],
] as const)('finds the cache folder of %s', (platform, env, expected) => {
  expect(cacheFolder(env, platform)).toBe(expected)
})
