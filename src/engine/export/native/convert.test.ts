import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { correct, differingFiles, openWorkspace, runExport } from '../../../../test/support/export'
import { makeDataset } from '../../../../test/support/make-dataset'
import { python, pythonHas } from '../../../../test/support/python'
import { temporaryFolder } from '../../../../test/support/temporary'
import { NYUD40_CLASSES } from '../../../shared/nyud40'
import type { Workspace } from '../../services'

let workspace: Workspace
let out: string
beforeEach(async () => {
  workspace = await openWorkspace(await makeDataset(await temporaryFolder(), { width: 16, height: 12 }))
  out = join(await temporaryFolder(), 'out')
})

describe('a NYUDv2 folder written as NYUD_MT', () => {
  it('says what it loses, and is a NYUD_MT folder with the same labels', async () => {
    const semseg = await correct(workspace, 'a', 'semseg', (map) => map.data.fill(6, 0, 9))
    const report = await runExport(workspace, out, { format: 'nyud_mt' })
    expect(report).toMatchObject({ files: 17, verified: 17, changed: 1, skipped: [] })
    expect(report.losses).toEqual([expect.stringContaining('JPEG files of quality 95')])
    expect(report.notExported).toEqual(['Files that belong to no sample are not copied.'])
    const converted = await openWorkspace(out)
    expect(converted.dataset.layout).toBe('nyud_mt')
    for (const { id: task } of workspace.dataset.tasks)
      for (const id of ['a', 'b', 'c'])
        expect(await converted.dataset.readLabel(id, task)).toEqual(
          (await workspace.project.read(id, task)).map,
        )
    expect(await converted.dataset.readLabel('a', 'semseg')).toEqual(semseg)
  })

  it.skipIf(!pythonHas('numpy', 'PIL'))('is what NumPy and Pillow read', async () => {
    await runExport(workspace, out, { format: 'nyud_mt' })
    python(
      `import sys
import numpy as np
from PIL import Image
source, out = sys.argv[1:]
for sample in 'abc':
    image = Image.open(f'{out}/images/{sample}.jpg')
    assert image.size == (16, 12) and image.mode == 'RGB' and image.format == 'JPEG'
    assert image.layer[0][1:3] == (1, 1)  # no colour subsampling
    edge, normals, depth = (np.load(f'{out}/{t}/{sample}.npy') for t in ('edge', 'normals', 'depth'))
    assert (edge == np.array(Image.open(f'{source}/edge/{sample}.png')) / np.float32(255)).all()
    stored = np.array(Image.open(f'{source}/normals/{sample}.png')).astype(np.float64)
    known = (stored != 128).any(-1)
    assert np.abs(normals - (2 * stored / 255 - 1))[known].max() < 1e-6 and (normals[~known] == 0).all()
    assert depth.dtype == np.float32 and (depth == np.load(f'{source}/depth/{sample}.npy')).all()
    assert (np.array(Image.open(f'{out}/segmentation/{sample}.png')) == np.array(Image.open(f'{source}/segmentation/{sample}.png'))).all()
assert open(f'{out}/gt_sets/train.txt').read() == 'a\\nb\\n'`,
      workspace.dataset.root,
      out,
    )
  })

  it('comes back with byte-identical labels, and copies itself byte for byte', async () => {
    await runExport(workspace, out, { format: 'nyud_mt' })
    const converted = await openWorkspace(out)
    const back = join(await temporaryFolder(), 'back')
    const report = await runExport(converted, back, { format: 'nyudv2' })
    expect(report.losses).toEqual([
      'Photos become PNG files: every pixel is kept, EXIF data is not.',
      'Surface normals: values are rounded (at most 0.004 off).',
      'Boundaries: values are rounded (at most 0.002 off).',
    ])
    const { root } = workspace.dataset
    for (const folder of ['depth', 'edge', 'gt_sets', 'normals', 'segmentation'])
      expect(differingFiles(join(root, folder), join(back, folder))).toEqual([])
    const again = join(await temporaryFolder(), 'again')
    await runExport(converted, again, { format: 'same' })
    expect(differingFiles(out, again)).toEqual(['Files A/report.json and B/report.json differ'])
  })

  it('changes exactly the edited pixels of a NYUD_MT folder', async () => {
    await runExport(workspace, out, { format: 'nyud_mt' })
    const converted = await openWorkspace(out)
    const maps = {
      normals: await correct(converted, 'a', 'normals', (map) => map.data.set([0, 0, 1], 33)),
      edge: await correct(converted, 'b', 'edge', (map) => map.data.set([0.5, 0.25], 50)),
    }
    const second = join(await temporaryFolder(), 'second')
    const report = await runExport(converted, second, { format: 'same' })
    expect(report.corrections.map(({ file, rounding }) => [file, rounding])).toEqual([
      ['normals/a.npy', 0],
      ['edge/b.npy', 0],
    ])
    const { dataset } = await openWorkspace(second)
    expect(await dataset.readLabel('a', 'normals')).toEqual(maps.normals)
    expect(await dataset.readLabel('b', 'edge')).toEqual(maps.edge)
    expect(differingFiles(out, second).filter((line) => line.startsWith('Files'))).toHaveLength(3)
  })
})

describe('a conversion', () => {
  const withClasses = (classes: readonly string[]): Workspace => {
    const { dataset, project } = workspace
    const tasks = dataset.tasks.map((task) =>
      task.id === 'semseg' ? { ...task, classes: [...classes] } : task,
    )
    return { dataset: { ...dataset, tasks }, project }
  }

  it('translates ids when the same classes stand in another order', async () => {
    const reversed = [...NYUD40_CLASSES].reverse()
    await runExport(withClasses(reversed), out, { format: 'nyud_mt', threads: 1 })
    const before = await workspace.dataset.readLabel('a', 'semseg')
    const after = await (await openWorkspace(out)).dataset.readLabel('a', 'semseg')
    expect([...after.data]).toEqual([...before.data].map((index) => (index === 255 ? 255 : 39 - index)))
  })

  it('refuses other classes, naming both lists', async () => {
    const request = runExport(withClasses(['road', 'sky']), out, { format: 'nyud_mt' })
    await expect(request).rejects.toMatchObject({
      code: 'bad_arguments',
      message: expect.stringMatching(/2: road, sky\..*40: wall, floor/) as string,
    })
  })

  it('refuses samples in folders of their own, which the layout does not have', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, 'holiday'))
    await copyFile(join(workspace.dataset.root, 'images/a.png'), join(root, 'holiday/a.png'))
    await expect(runExport(await openWorkspace(root), out, { format: 'nyudv2' })).rejects.toMatchObject({
      code: 'bad_arguments',
      message: expect.stringContaining('1 samples lie in folders of their own, e.g. holiday/a;') as string,
    })
  })

  it('writes the samples with corrections alone when asked', async () => {
    await correct(workspace, 'c', 'edge', (map) => map.data.fill(0))
    const report = await runExport(workspace, out, { format: 'nyud_mt', onlyCorrected: true })
    expect(report.files).toBe(7)
    expect(await readdir(join(out, 'images'))).toEqual(['c.jpg'])
    expect(await readFile(join(out, 'gt_sets/train.txt'), 'utf8')).toBe('')
  })

  it('copies photos that fit as they are', async () => {
    await runExport(workspace, out, { format: 'nyud_mt' })
    const converted = await openWorkspace(out)
    await copyFile(join(out, 'images/a.jpg'), join(out, 'images/b.jpg'))
    const second = join(await temporaryFolder(), 'second')
    await runExport({ ...converted, dataset: { ...converted.dataset, layout: 'other' } }, second, {
      format: 'nyud_mt',
    })
    expect(differingFiles(join(out, 'images'), join(second, 'images'))).toEqual([])
  })
})
