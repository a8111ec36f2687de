import type * as Fs from 'node:fs/promises'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { readTile } from '../../shared/edit'
import { openDataset } from '../dataset/readers'
import { projectLocation } from './location'
import { Project } from './project'

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
    expect(await projectLocation(root)).toMatchObject({ path: join(root, '.mq-studio'), insideDataset: true })
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

  it('keeps to corrections in the user’s data folder when the folder becomes writable', async () => {
    const [root, data] = [await temporaryFolder(), await temporaryFolder()]
    vi.stubEnv('MQ_STUDIO_DATA', data)
    readOnly.add(root)
    const { path } = await projectLocation(root)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'project.json'), '{}')
    readOnly.clear()
    expect(await projectLocation(root)).toEqual({ path, insideDataset: false, writable: true, ignored: null })
  })

  it('is the one edited last of two, and names the other', async () => {
    const [root, data] = [await temporaryFolder(), await temporaryFolder()]
    vi.stubEnv('MQ_STUDIO_DATA', data)
    readOnly.add(root)
    const user = (await projectLocation(root)).path
    const inside = join(root, '.mq-studio')
    for (const [folder, time] of [
      [user, 1000],
      [inside, 2000],
    ] as const) {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'project.json'), '{}')
      await utimes(join(folder, 'project.json'), time, time)
    }
    expect(await projectLocation(root)).toMatchObject({ path: inside, ignored: user })
    await utimes(join(user, 'project.json'), 3000, 3000)
    expect(await projectLocation(root)).toMatchObject({ path: user, ignored: inside })
  })

  it('reads corrections that came with a read-only folder, and copies them before the first edit', async () => {
    const [root, data] = [await makeDataset(await temporaryFolder()), await temporaryFolder()]
    vi.stubEnv('MQ_STUDIO_DATA', data)
    const paint = async (project: Project, value: number): Promise<void> => {
      const { map, revision } = await project.read('a', 'semseg')
      map.data[0] = value
      const tiles = [{ tx: 0, ty: 0, bytes: readTile(map, { tx: 0, ty: 0 }) }]
      await project.edit('a', {
        id: `${value}`,
        label: 'x',
        maps: [{ task: 'semseg', baseRevision: revision, tiles }],
      })
      await project.close()
    }
    await paint(await Project.open(await openDataset(root)), 5)
    const inside = join(root, '.mq-studio')
    readOnly.add(root).add(inside)
    const shipped = await Project.open(await openDataset(root))
    expect(shipped.location).toMatchObject({ path: inside, writable: false })
    expect(shipped.correctedTasks('a')).toEqual(['semseg'])
    expect((await shipped.read('a', 'semseg')).map.data[0]).toBe(5)
    const before = await readdir(join(inside, 'corrections/semseg'))
    await paint(shipped, 6)
    expect(shipped.location.path.startsWith(data)).toBe(true)
    expect(await readdir(join(inside, 'corrections/semseg'))).toEqual(before)
    const own = await Project.open(await openDataset(root))
    expect(own.location.path).toBe(shipped.location.path)
    expect((await own.read('a', 'semseg')).map.data[0]).toBe(6)
    await own.close()
  })
})
