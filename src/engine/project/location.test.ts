import type * as Fs from 'node:fs/promises'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { projectLocation } from './location'

const readOnly = vi.hoisted(() => new Set<string>())
// Tests may run as a user whom no permission stops, so the refusal itself is simulated.
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof Fs>()
  return {
    ...actual,
    access: async (path: string, mode?: number) => {
      if (readOnly.has(path)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
      return actual.access(path, mode)
    },
  }
})

afterEach(() => {
  vi.unstubAllEnvs()
  readOnly.clear()
})

describe('where corrections are kept', () => {
  it('is inside a folder that can be written', async () => {
    const root = await temporaryFolder()
    expect(await projectLocation(root)).toEqual({ path: join(root, '.mq-studio'), insideDataset: true })
  })

  it('is the user’s data folder otherwise, one place per data set', async () => {
    const [root, other, data] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()]
    vi.stubEnv('MQ_STUDIO_DATA', data)
    readOnly.add(root).add(other)
    const place = await projectLocation(root)
    expect(place.insideDataset).toBe(false)
    expect(place.path.startsWith(join(data, 'projects'))).toBe(true)
    expect((await projectLocation(root)).path).toBe(place.path)
    expect((await projectLocation(other)).path).not.toBe(place.path)
    readOnly.clear()
    await mkdir(join(root, '.mq-studio'))
    readOnly.add(join(root, '.mq-studio'))
    expect((await projectLocation(root)).insideDataset).toBe(false)
  })
})
