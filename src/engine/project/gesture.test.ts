import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { readTile } from '../../shared/edit'
import { cloneMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { openDataset } from '../dataset/readers'
import { logGesture, type Gesture, type GestureMap } from './gesture'
import { Project } from './project'

const TASKS: readonly TaskId[] = ['depth', 'edge']
let root: string
let dataset: Dataset
let gesture: Gesture
beforeEach(async () => {
  root = await makeDataset(await temporaryFolder(), { splits: { train: ['a'] }, width: 70, height: 66 })
  dataset = await openDataset(root)
  gesture = { id: 'gesture-1', label: 'Both', maps: [await half('depth'), await half('edge')] }
})

/** The first tile of a label with its first pixel set to 0.5. */
async function half(task: TaskId, baseRevision = 0): Promise<GestureMap> {
  const map = cloneMap(await dataset.readLabel('a', task))
  map.data[0] = 0.5
  return { task, baseRevision, tiles: [{ tx: 0, ty: 0, bytes: readTile(map, { tx: 0, ty: 0 }) }] }
}

async function open(): Promise<Project> {
  const project = await Project.open(await openDataset(root))
  onTestFinished(() => project.close().catch(() => undefined))
  return project
}

async function state(project: Project): Promise<[number | undefined, number][]> {
  return Promise.all(
    TASKS.map(async (task): Promise<[number | undefined, number]> => {
      const { map, revision } = await project.read('a', task)
      return [map.data[0], revision]
    }),
  )
}

describe('a gesture over two maps', () => {
  it('is saved whole and leaves no log', async () => {
    const project = await open()
    expect(await project.edit('a', gesture)).toEqual({ depth: 1, edge: 1 })
    expect(await state(project)).toEqual([
      [0.5, 1],
      [0.5, 1],
    ])
    expect(await readdir(join(root, '.mq-studio/gestures'))).toEqual([])
  })

  it('is refused whole when one map does not accept it', async () => {
    const project = await open()
    const before = await state(project)
    const late = { ...gesture, maps: [await half('depth'), await half('edge', 3)] }
    await expect(project.edit('a', late)).rejects.toMatchObject({ code: 'revision_conflict' })
    expect(await state(project)).toEqual(before)
  })

  it('is applied once, however often it is sent and whether or not it was flushed and reopened', async () => {
    const project = await open()
    for (let sent = 0; sent < 2; sent++)
      expect(await project.edit('a', gesture)).toEqual({ depth: 1, edge: 1 })
    await project.close()
    expect(await (await open()).edit('a', gesture)).toEqual({ depth: 1, edge: 1 })
  })

  it('is completed at the next opening when a crash came between the maps', async () => {
    const first = await open()
    await first.edit('a', { ...gesture, maps: gesture.maps.slice(0, 1) })
    await first.close()
    await logGesture(join(root, '.mq-studio'), 'a', gesture)
    expect(await state(await open())).toEqual([
      [0.5, 1],
      [0.5, 1],
    ])
    expect(await readdir(join(root, '.mq-studio/gestures'))).toEqual([])
  })

  it('is forgotten when its log was torn: nobody was told that it is saved', async () => {
    await mkdir(join(root, '.mq-studio'))
    const log = await logGesture(join(root, '.mq-studio'), 'a', gesture)
    await writeFile(log, (await readFile(log)).subarray(0, 50))
    const project = await open()
    expect((await state(project)).map(([, revision]) => revision)).toEqual([0, 0])
    expect(await readdir(join(root, '.mq-studio/gestures'))).toEqual([])
  })
})
