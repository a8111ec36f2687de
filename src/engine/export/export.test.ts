import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { correct as correctIn, differingFiles, openWorkspace, runExport } from '../../../test/support/export'
import { makeDataset } from '../../../test/support/make-dataset'
import { temporaryFolder } from '../../../test/support/temporary'
import { bytesOf, mapFromBytes, type DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import { openDataset } from '../dataset/readers'
import type { Workspace } from '../services'
import type { Report } from './report'
import type { ExportRequest } from './request'

let root: string
let out: string
let workspace: Workspace
beforeEach(async () => {
  root = await makeDataset(await temporaryFolder())
  out = join(await temporaryFolder(), 'out')
  workspace = await openWorkspace(root)
})

const run = (request: Partial<ExportRequest> = {}): Promise<Report> =>
  runExport(workspace, request.out ?? out, request)
const correct = (id: string, task: TaskId, change: (map: DenseMap) => void): Promise<DenseMap> =>
  correctIn(workspace, id, task, change)

describe('an export without corrections', () => {
  it('has the same bytes in every file, and a report', async () => {
    await mkdir(join(root, 'empty'))
    await writeFile(join(root, '.hidden'), 'kept')
    const report = await run()
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
    expect(report).toMatchObject({ samples: 3, files: 20, changed: 0, verified: 20, skipped: [] })
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(report)
    expect(Object.keys(report.sha256)).toHaveLength(20)
  })

  it('copies damaged files as they are', async () => {
    await truncate(join(root, 'depth/a.npy'), 90)
    workspace = await openWorkspace(root)
    await run()
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  it('can be exported again', async () => {
    await run()
    workspace = await openWorkspace(out)
    const again = join(await temporaryFolder(), 'again')
    await run({ out: again })
    expect(differingFiles(root, again)).toEqual(['Only in B: report.json'])
  })
})

describe('an export of corrected files alone', () => {
  it('is a report when there are none', async () => {
    const report = await run({ onlyCorrected: true })
    expect(report).toMatchObject({ files: 0, changed: 0, verified: 0, skipped: [] })
    expect(await readdir(out)).toEqual(['report.json'])
  })
})

describe('an export with corrections', () => {
  it('changes exactly the corrected files and holds exactly the corrected values', async () => {
    const semseg = await correct('a', 'semseg', (map) => map.data.set([3, 3, 255], 5))
    const depth = await correct('b', 'depth', (map) => map.data.fill(1.25, 10, 20))
    const edge = await correct('c', 'edge', (map) => map.data.fill(1, 0, 8))
    await workspace.project.flush()
    const report = await run()
    expect(differingFiles(root, out)).toEqual([
      'Only in A: .mq-studio',
      'Files A/depth/b.npy and B/depth/b.npy differ',
      'Files A/edge/c.png and B/edge/c.png differ',
      'Only in B: report.json',
      'Files A/segmentation/a.png and B/segmentation/a.png differ',
    ])
    const written = await openDataset(out)
    expect(written.problems).toEqual([])
    expect(await written.readLabel('a', 'semseg')).toEqual(semseg)
    expect(await written.readLabel('b', 'depth')).toEqual(depth)
    expect(await written.readLabel('c', 'edge')).toEqual(edge)
    expect(report).toMatchObject({ files: 19, changed: 3, verified: 19 })
    expect(report.corrections.map(({ file, rounding }) => [file, rounding])).toEqual([
      ['segmentation/a.png', 0],
      ['depth/b.npy', 0],
      ['edge/c.png', 0],
    ])
  })

  it('counts changed pixels and their classes', async () => {
    await correct('a', 'semseg', (map) => map.data.fill(0))
    await run()
    workspace = await openWorkspace(out)
    await correct('a', 'semseg', (map) => {
      map.data[0] = 1
      map.data[1] = 255
    })
    const { corrections } = await run({ out: join(await temporaryFolder(), 'second') })
    expect(corrections).toMatchObject([
      { sample: 'a', task: 'semseg', pixelsChanged: 2, classPixels: { wall: -2, floor: 1, void: 1 } },
    ])
  })

  it('keeps normals nobody edited to the byte, and edited ones within half a step', async () => {
    const before = await workspace.dataset.readLabel('a', 'normals')
    const after = await correct('a', 'normals', (map) => map.data.set([0.6, 0, 0.8], 30))
    const report = await run()
    const written = await (await openDataset(out)).readLabel('a', 'normals')
    expect(bytesOf(written).slice(0, 120)).toEqual(bytesOf(before).slice(0, 120))
    expect(bytesOf(written).slice(132)).toEqual(bytesOf(before).slice(132))
    for (const i of [30, 31, 32])
      expect(Math.abs(written.data[i]! - after.data[i]!)).toBeLessThanOrEqual(1 / 255 + 1e-6)
    expect(report.corrections[0]?.rounding).toBeGreaterThan(0)
  })

  it('treats a correction that is back at the original as none', async () => {
    const original = await workspace.dataset.readLabel('a', 'semseg')
    await correct('a', 'semseg', (map) => map.data.fill(0))
    await correct('a', 'semseg', (map) => map.data.set(original.data))
    expect(await run()).toMatchObject({ changed: 0 })
    expect(differingFiles(root, out)).not.toContain(
      'Files A/segmentation/a.png and B/segmentation/a.png differ',
    )
  })

  it('writes the corrected files alone when asked', async () => {
    await correct('a', 'semseg', (map) => map.data.fill(0))
    expect(await run({ onlyCorrected: true })).toMatchObject({ files: 1, changed: 1, verified: 1 })
    expect((await readdir(out, { recursive: true })).sort()).toEqual([
      'report.json',
      'segmentation',
      'segmentation/a.png',
    ])
  })

  it('keeps the original and names the sample when corrections cannot be read', async () => {
    await correct('a', 'semseg', (map) => map.data.fill(0))
    await workspace.project.flush()
    await writeFile(join(root, '.mq-studio/corrections/semseg/a.map'), 'damaged')
    workspace = await openWorkspace(root)
    const report = await run()
    expect(report.skipped).toMatchObject([
      { sample: 'a', file: 'segmentation/a.png', code: 'file_malformed' },
    ])
    expect(await readFile(join(out, 'segmentation/a.png'))).toEqual(
      await readFile(join(root, 'segmentation/a.png')),
    )
  })

  it('fails, and makes no target, when a file does not hold the corrected values', async () => {
    await correct('a', 'semseg', (map) => map.data.fill(0))
    const { dataset, project } = workspace
    const wrong: Workspace['dataset'] = {
      ...dataset,
      encodeLabel: async (id, task, map, original) => {
        const broken = mapFromBytes('class', map.width, map.height, bytesOf(map).slice())
        broken.data[7] = 9
        return dataset.encodeLabel(id, task, broken, original)
      },
    }
    workspace = { dataset: wrong, project }
    await expect(run()).rejects.toMatchObject({
      code: 'export_mismatch',
      message: expect.stringContaining('segmentation/a.png') as string,
    })
    expect(existsSync(out)).toBe(false)
  })
})

describe('what an export refuses', () => {
  it('writes nothing in a dry run', async () => {
    await correct('a', 'semseg', (map) => map.data.fill(0))
    expect(await run({ dryRun: true })).toMatchObject({ files: 19, changed: 1, verified: 0, dryRun: true })
    expect(existsSync(out)).toBe(false)
  })

  it('names the formats that exist', async () => {
    await expect(run({ format: 'yolo' })).rejects.toMatchObject({
      code: 'bad_arguments',
      message: expect.stringContaining('there is same, nyudv2') as string,
    })
  })

  it('refuses targets with content and targets inside or around the source', async () => {
    const refused = { code: 'export_refused' }
    await expect(run({ out: join(root, 'inner') })).rejects.toMatchObject(refused)
    await expect(run({ out: root })).rejects.toMatchObject(refused)
    await expect(run({ out: join(root, '..') })).rejects.toMatchObject(refused)
    await expect(run({ out: join(out, 'no', 'parent') })).rejects.toMatchObject(refused)
    const link = join(await temporaryFolder(), 'link')
    await symlink(root, link)
    await expect(run({ out: join(link, 'inner') })).rejects.toMatchObject(refused)
    await mkdir(out)
    await run()
    await expect(run()).rejects.toMatchObject(refused)
  })

  it('lets one of two exports to the same target win, whole', async () => {
    const ended = await Promise.allSettled([run(), run()])
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await readdir(join(out, '..'))).toEqual(['out'])
    expect(differingFiles(root, out)).toEqual(['Only in B: report.json'])
  })

  it('skips links out of the folder and names them', async () => {
    const secret = join(await temporaryFolder(), 'secret')
    await writeFile(secret, 'secret')
    await symlink(secret, join(root, 'notes.txt'))
    const report = await run()
    expect(report.skipped).toMatchObject([{ file: 'notes.txt', code: 'path_outside_root' }])
    expect(existsSync(join(out, 'notes.txt'))).toBe(false)
  })
})
