import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { editMap } from '../../../test/support/edit-map'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { readTile, type TileBytes } from '../../shared/edit'
import { bytesOf, cloneMap, mapFromBytes, type DenseMap } from '../../shared/maps'
import type { Dataset } from '../dataset/dataset'
import { openDataset } from '../dataset/readers'
import { Project } from './project'

const JOURNAL = '.mq-studio/corrections/semseg/a.jsonl'
const SNAPSHOT = '.mq-studio/corrections/semseg/a.map'

let root: string
let dataset: Dataset
beforeEach(async () => {
  root = await makeDataset(await temporaryFolder(), { splits: { train: ['a', 'b'] }, width: 70, height: 66 })
  dataset = await openDataset(root)
})

/** Closed when the test ends, so that nothing is written after its folder is removed. */
async function openProject(of: Dataset = dataset): Promise<Project> {
  const project = await Project.open(of)
  onTestFinished(() => project.close().catch(() => undefined))
  return project
}

/** The tile after setting one pixel (tile coordinates) of a class map to `value`. */
function paint(map: DenseMap, tx: number, ty: number, pixel: number, value: number): TileBytes {
  const bytes = readTile(map, { tx, ty })
  bytes[pixel % bytes.length] = value
  return { tx, ty, bytes }
}

async function paintOnce(project: Project, baseRevision: number, value: number): Promise<number | undefined> {
  const { map } = await project.read('a', 'semseg')
  return editMap(project, 'a', 'semseg', {
    baseRevision,
    label: 'Paint',
    tiles: [paint(map, 0, 0, 0, value)],
  })
}

/** What a program that starts now would see. */
async function reread(task: 'semseg' | 'normals' = 'semseg'): ReturnType<Project['read']> {
  return (await Project.open(await openDataset(root))).read('a', task)
}

describe('corrections', () => {
  it('creates nothing before the first edit', async () => {
    const project = await openProject()
    const original = await dataset.readLabel('a', 'semseg')
    expect(await project.read('a', 'semseg')).toEqual({
      map: original,
      original,
      originalBytes: await dataset.readLabelFile('a', 'semseg'),
      revision: 0,
      changed: false,
      problems: [],
    })
    await project.close()
    expect(await readdir(root)).not.toContain('.mq-studio')
  })

  it('keeps an edit on disk before it answers, and in the snapshot after closing', async () => {
    const project = await openProject()
    expect(await paintOnce(project, 0, 7)).toBe(1)
    expect(existsSync(join(root, JOURNAL))).toBe(true)
    expect(existsSync(join(root, SNAPSHOT))).toBe(false)
    expect(await reread()).toMatchObject({ revision: 1, changed: true })
    await project.close()
    expect(existsSync(join(root, SNAPSHOT))).toBe(true)
    await rm(join(root, JOURNAL))
    const stored = await reread()
    expect([stored.revision, stored.map.data[0]]).toEqual([1, 7])
    expect((await dataset.readLabel('a', 'semseg')).data[0]).not.toBe(7)
  })

  it('never touches the original files', async () => {
    const before = await readFile(join(root, 'segmentation/a.png'))
    const project = await openProject()
    await paintOnce(project, 0, 7)
    await project.close()
    expect(await readFile(join(root, 'segmentation/a.png'))).toEqual(before)
  })

  it('refuses an edit made on another revision', async () => {
    const project = await openProject()
    await paintOnce(project, 0, 7)
    await expect(paintOnce(project, 0, 8)).rejects.toMatchObject({
      code: 'revision_conflict',
      details: { revision: 1 },
    })
    expect((await project.read('a', 'semseg')).map.data[0]).toBe(7)
  })

  it('lets one of several simultaneous edits on one revision win', async () => {
    const project = await openProject()
    const results = await Promise.allSettled([1, 2, 3].map((value) => paintOnce(project, 0, value)))
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect((await reread()).revision).toBe(1)
  })

  it('sees what another process stored before its own first edit', async () => {
    const waiting = await openProject()
    expect(await waiting.read('a', 'semseg')).toMatchObject({ revision: 0, changed: false })
    const other = await openProject()
    await paintOnce(other, 0, 7)
    await other.close()
    await expect(paintOnce(waiting, 0, 8)).rejects.toMatchObject({ code: 'revision_conflict' })
    expect(waiting.correctedTasks('a')).toEqual(['semseg'])
    expect((await waiting.read('a', 'semseg')).map.data[0]).toBe(7)
    expect(await paintOnce(waiting, 1, 8)).toBe(2)
  })

  it('refuses values that do not exist, without changing anything', async () => {
    const project = await openProject()
    await expect(paintOnce(project, 0, 40)).rejects.toMatchObject({ code: 'value_out_of_range' })
    const { map } = await project.read('a', 'normals')
    const tile = readTile(map, { tx: 0, ty: 0 })
    new Float32Array(tile.buffer)[5] = NaN
    const edit = { baseRevision: 0, label: '', tiles: [{ tx: 0, ty: 0, bytes: tile }] }
    await expect(editMap(project, 'a', 'normals', edit)).rejects.toMatchObject({ code: 'value_out_of_range' })
    const outside = { ...edit, tiles: [{ tx: 9, ty: 0, bytes: tile }] }
    await expect(editMap(project, 'a', 'normals', outside)).rejects.toMatchObject({
      code: 'value_out_of_range',
    })
    const short = { ...edit, tiles: [{ tx: 0, ty: 0, bytes: tile.slice(4) }] }
    await expect(editMap(project, 'a', 'normals', short)).rejects.toMatchObject({ code: 'file_malformed' })
    expect((await project.read('a', 'normals')).revision).toBe(0)
  })

  it('keeps every bit of float maps', async () => {
    const project = await openProject()
    const { map } = await project.read('a', 'normals')
    const changed = cloneMap(map)
    changed.data.set([0.12345678, -0.5, 1 / 3], 3 * 65)
    const tile = { tx: 1, ty: 0, bytes: readTile(changed, { tx: 1, ty: 0 }) }
    await editMap(project, 'a', 'normals', { baseRevision: 0, label: 'Plane', tiles: [tile] })
    expect((await reread('normals')).map).toEqual(changed)
    await project.close()
    expect((await reread('normals')).map).toEqual(changed)
  })

  it('counts a correction that is back at the original as untouched and removes its files', async () => {
    const project = await openProject()
    const first = (await dataset.readLabel('a', 'semseg')).data[0]!
    await paintOnce(project, 0, 7)
    await project.flush()
    expect(project.correctedTasks('a')).toEqual(['semseg'])
    expect(await paintOnce(project, 1, first)).toBe(2)
    expect(project.correctedTasks('a')).toEqual([])
    await project.flush()
    expect(existsSync(join(root, JOURNAL)) || existsSync(join(root, SNAPSHOT))).toBe(false)
    expect(await paintOnce(project, 2, 9)).toBe(3)
    expect(await reread()).toMatchObject({ revision: 3, changed: true })
    await project.close()
    expect((await reread()).map.data[0]).toBe(9)
  })

  it('saves snapshots by itself some time after an edit', async () => {
    const project = await openProject()
    await paintOnce(project, 0, 7)
    await vi.waitFor(async () => stat(join(root, SNAPSHOT)), { timeout: 5000 })
    await project.close()
  })

  it('keeps more corrections than it holds open', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `s${i}`)
    const many = await openDataset(await makeDataset(await temporaryFolder(), { splits: { train: ids } }))
    const project = await openProject(many)
    for (const [index, id] of ids.entries()) {
      const { map } = await project.read(id, 'semseg')
      await editMap(project, id, 'semseg', {
        baseRevision: 0,
        label: '',
        tiles: [paint(map, 0, 0, 3, index)],
      })
    }
    for (const [index, id] of ids.entries())
      expect((await project.read(id, 'semseg')).map.data[3]).toBe(index)
    expect(project.correctedIds().length).toBeGreaterThanOrEqual(11)
    await project.close()
  })
})

describe('damage', () => {
  it('drops a record that a crash cut off and goes on from there', async () => {
    const project = await openProject()
    await paintOnce(project, 0, 7)
    const { size } = await stat(join(root, JOURNAL))
    await paintOnce(project, 1, 8)
    await truncate(join(root, JOURNAL), size + 20)
    const recovered = await openProject()
    expect(await recovered.read('a', 'semseg')).toMatchObject({ revision: 1, problems: [] })
    expect(await paintOnce(recovered, 1, 9)).toBe(2)
    expect(await reread()).toMatchObject({ revision: 2, problems: [] })
  })

  it('keeps what comes before a damaged line, says so, and keeps a copy when it goes on', async () => {
    const project = await openProject()
    for (const value of [7, 8, 9]) await paintOnce(project, value - 7, value)
    const text = await readFile(join(root, JOURNAL), 'latin1')
    const lines = text.split('\n')
    lines[2] = lines[2]!.replace('Paint', 'Pxint')
    await writeFile(join(root, JOURNAL), lines.join('\n'), 'latin1')
    const recovered = await openProject()
    const read = await recovered.read('a', 'semseg')
    expect([read.revision, read.map.data[0]]).toEqual([1, 7])
    expect(read.problems[0]?.message).toMatch(/line 3 of the journal is damaged.*edits before it were kept/)
    expect(await paintOnce(recovered, 1, 3)).toBe(2)
    const names = await readdir(join(root, '.mq-studio/corrections/semseg'))
    const copy = names.find((name) => name.includes('.damaged-')) ?? ''
    expect(await readFile(join(root, '.mq-studio/corrections/semseg', copy), 'latin1')).toBe(lines.join('\n'))
    expect(await reread()).toMatchObject({ revision: 2, problems: [] })
  })

  it('goes on from a snapshot that is ahead of a damaged journal', async () => {
    const project = await openProject()
    for (const value of [7, 8, 9]) await paintOnce(project, value - 7, value)
    await project.close()
    const text = await readFile(join(root, JOURNAL), 'latin1')
    await writeFile(join(root, JOURNAL), text.replace('"revision":2', '"revision":4'), 'latin1')
    const recovered = await openProject()
    expect(await recovered.read('a', 'semseg')).toMatchObject({ revision: 3, changed: true })
    expect(await paintOnce(recovered, 3, 5)).toBe(4)
    const read = await reread()
    expect([read.revision, read.map.data[0], read.problems]).toEqual([4, 5, []])
  })

  it('reports a label that another program changed after it was corrected', async () => {
    const project = await openProject()
    await paintOnce(project, 0, 7)
    await project.close()
    await writeFile(join(root, 'segmentation/a.png'), await readFile(join(root, 'segmentation/b.png')))
    expect((await reread()).problems[0]?.message).toMatch(
      /segmentation\/a.png was changed by another program/,
    )
  })

  it('names a damaged snapshot and a label of another size instead of guessing', async () => {
    const project = await openProject()
    await paintOnce(project, 0, 7)
    await project.close()
    const snapshot = await readFile(join(root, SNAPSHOT))
    snapshot[snapshot.length - 5]! ^= 1
    await writeFile(join(root, SNAPSHOT), snapshot)
    await expect(reread()).rejects.toMatchObject({ code: 'file_malformed' })
    const later = await openProject()
    expect((await later.state('a', 'semseg')).problems).toMatchObject([{ code: 'file_malformed' }])
    await rm(join(root, SNAPSHOT))
    await makeDataset(root, { splits: { train: ['a'] }, width: 5, height: 5 })
    await expect(reread()).rejects.toMatchObject({ code: 'size_mismatch' })
  })

  it('says what failed when it cannot write, and saves nothing', async () => {
    await mkdir(join(root, '.mq-studio'))
    await writeFile(join(root, '.mq-studio/corrections'), 'a file where a folder is needed')
    const project = await openProject()
    await expect(paintOnce(project, 0, 7)).rejects.toMatchObject({ code: 'write_failed' })
    expect(await project.read('a', 'semseg')).toMatchObject({ revision: 0, changed: false })
    await rm(join(root, '.mq-studio/corrections'))
    expect(await paintOnce(project, 0, 7)).toBe(1)
  })

  it('refuses a project of a later version', async () => {
    await mkdir(join(root, '.mq-studio'))
    await writeFile(join(root, '.mq-studio/project.json'), '{"format": 2}')
    await expect(Project.open(dataset)).rejects.toMatchObject({ code: 'file_unsupported' })
  })
})

describe('any sequence of edits', () => {
  const anyEdit = fc.record({
    tx: fc.nat(1),
    ty: fc.nat(1),
    pixel: fc.nat(63),
    value: fc.oneof(fc.nat(39), fc.constant(255)),
    flush: fc.boolean(),
  })

  it('is replayed to the state after some prefix, wherever the journal was cut off', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEdit, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (edits, part) => {
          const id = `p${run++}`
          const folder = await makeDataset(join(root, id), {
            splits: { train: ['a'] },
            width: 70,
            height: 66,
          })
          const own = await openDataset(folder)
          const project = await Project.open(own)
          const states = [bytesOf(await own.readLabel('a', 'semseg'))]
          let flushed = 0
          for (const [index, { tx, ty, pixel, value, flush }] of edits.entries()) {
            const { map } = await project.read('a', 'semseg')
            const tiles = [paint(map, tx, ty, pixel, value)]
            await editMap(project, 'a', 'semseg', { baseRevision: index, label: 'x', tiles })
            states.push(bytesOf((await project.read('a', 'semseg')).map))
            if (flush) {
              await project.flush()
              flushed = index + 1
            }
          }
          const journal = join(folder, JOURNAL)
          if (existsSync(journal)) await truncate(journal, Math.floor(part * (await stat(journal)).size))
          const { map, revision, problems } = await (await Project.open(own)).read('a', 'semseg')
          expect(problems).toEqual([])
          expect(mapFromBytes('class', 70, 66, states[revision]!)).toEqual(map)
          // What a snapshot holds does not depend on the journal; a map that is back at its original has neither.
          const untouched = Buffer.compare(states[flushed]!, states[0]!) === 0
          if (!untouched) expect(revision).toBeGreaterThanOrEqual(flushed)
          await project.close()
        },
      ),
      { numRuns: 40 },
    )
  })
})
