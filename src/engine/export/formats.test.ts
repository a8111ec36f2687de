import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { correct, openWorkspace, runExport } from '../../../test/support/export'
import { makeDataset } from '../../../test/support/make-dataset'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { DEFAULT_OPTIONS, type ExportOptions } from '../../shared/export'
import { TASKS } from '../../shared/tasks'
import { encodeNpy } from '../codecs/npy'
import type { Workspace } from '../services'

/** Maps as an independent program sees them: one .npy per task and sample, written from what the editor shows. */
async function truth(workspace: Workspace): Promise<string> {
  const folder = await temporaryFolder()
  for (const { id: task } of workspace.dataset.tasks)
    for (const id of Object.values(workspace.dataset.splits).flat()) {
      const { map } = await workspace.project.read(id, task)
      const { width, height, kind, data } = map
      const shape = kind === 'vector' ? [height, width, 3] : [height, width]
      const dtype = kind === 'class' ? 'u1' : 'f4'
      await writeFile(join(folder, `${task}-${id}.npy`), encodeNpy({ dtype, shape, data }))
    }
  return folder
}

let workspace: Workspace
let out: string
const options = (change: Partial<ExportOptions>): ExportOptions => ({ ...DEFAULT_OPTIONS, ...change })
beforeEach(async () => {
  workspace = await openWorkspace(await makeDataset(await temporaryFolder(), { width: 12, height: 9 }))
  out = join(await temporaryFolder(), 'out')
  await correct(workspace, 'a', 'semseg', (map) => map.data.set([255, 255, 7, 7, 7], 20))
  await correct(workspace, 'b', 'depth', (map) => map.data.set([0, 70, 0.0002, 65.5349], 3))
  await correct(workspace, 'c', 'normals', (map) => map.data.set([0, 0, 0, 0.6, 0, 0.8], 30))
  await correct(workspace, 'c', 'edge', (map) => map.data.fill(0.3, 5, 9))
})

describe.skipIf(!pythonHas('numpy'))('npy', () => {
  it('holds every value of every task, and masks of what is valid', async () => {
    const report = await runExport(workspace, out, { format: 'npy' })
    expect(report).toMatchObject({ files: 24, verified: 24, changed: 4, losses: [], skipped: [] })
    expect(report.corrections.map(({ rounding }) => rounding)).toEqual([0, 0, 0, 0])
    python(
      `import json, sys
import numpy as np
truth, out = sys.argv[1:]
for sample in 'abc':
    for task, dtype in [('semseg', np.uint8), ('depth', np.float32), ('normals', np.float32), ('edge', np.float32)]:
        want, got = np.load(f'{truth}/{task}-{sample}.npy'), np.load(f'{out}/{task}/{sample}.npy')
        assert got.dtype == dtype and got.shape == want.shape and (got == want).all()
        if task == 'edge': continue
        valid = np.load(f'{out}/{task}_valid/{sample}.npy')
        assert valid.dtype == bool
        says = {'semseg': lambda: want != 255, 'depth': lambda: want > 0, 'normals': lambda: np.abs(want).sum(-1) > 0}
        assert (valid == says[task]()).all()
assert open(f'{out}/splits/train.txt').read() == 'a\\nb\\n'
tasks = {t['task']: t for t in json.load(open(f'{out}/tasks.json'))}
assert len(tasks['semseg']['classes']) == 40 and tasks['depth']['unit'] == 'metre'`,
      await truth(workspace),
      out,
    )
  })

  it('of samples with corrections alone, with their photos when asked', async () => {
    const { project } = workspace
    await project.close()
    const fresh = await openWorkspace(await makeDataset(await temporaryFolder()))
    await correct(fresh, 'b', 'edge', (map) => map.data.fill(0))
    const request = { format: 'npy', onlyCorrected: true, options: options({ photos: true }) }
    const report = await runExport(fresh, out, request)
    expect(Object.keys(report.sha256).filter((file) => file.includes('/'))).toEqual([
      'images/b.png',
      ...['semseg/b.npy', 'semseg_valid/b.npy', 'depth/b.npy', 'depth_valid/b.npy'],
      ...['normals/b.npy', 'normals_valid/b.npy', 'edge/b.npy'],
      ...['splits/train.txt', 'splits/val.txt'],
    ])
  })
})

describe.skipIf(!pythonHas('numpy', 'PIL'))('png', () => {
  const check = `import json, struct, sys, zlib
import numpy as np
from PIL import Image
truth, out, palette, bits = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
steps = 2 ** bits - 1
def rgb16(path):  # Pillow reads 16-bit RGB as 8 bits
    raw, at, data = open(path, 'rb').read(), 8, b''
    while at < len(raw):
        n, kind = struct.unpack('>I4s', raw[at:at + 8])
        if kind == b'IHDR': w, h, depth, colour = struct.unpack('>IIBB', raw[at + 8:at + 18])
        if kind == b'IDAT': data += raw[at + 8:at + 8 + n]
        at += 12 + n
    assert (depth, colour) == (16, 2)
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(h, -1)
    assert set(rows[:, 0]) <= {0, 2}
    pixels = rows[:, 1:].copy()
    for y in range(1, h):
        if rows[y, 0] == 2: pixels[y] += pixels[y - 1]
    return pixels.copy().view('>u2').reshape(h, w, 3)
for sample in 'abc':
    want = {t: np.load(f'{truth}/{t}-{sample}.npy') for t in ('semseg', 'depth', 'normals', 'edge')}
    image = Image.open(f'{out}/semseg/{sample}.png')
    assert image.mode == 'P'
    offset, ignore = {'nyud': (1, 0), 'ade': (1, 0)}.get(palette, (0, 255))
    assert (np.array(image) == np.where(want['semseg'] == 255, ignore, want['semseg'] + np.uint8(offset))).all()
    colours = np.array(image.getpalette()).reshape(-1, 3)
    about = json.load(open(f'{out}/semseg.json'))
    assert about['ignore'] == ignore
    for c in about['classes']: assert c['colour'] == colours[c['value']].tolist()
    if palette == 'voc': assert colours[[1, 15, 255]].tolist() == [[128, 0, 0], [192, 128, 128], [224, 224, 192]]
    if palette == 'nyud': assert colours[[0, 1, 40]].tolist() == [[0, 0, 0], [128, 0, 0], [64, 0, 64]]
    if palette == 'ade': assert colours[[0, 1, 40]].tolist() == [[0, 0, 0], [120, 120, 120], [255, 194, 7]]
    depth = np.array(Image.open(f'{out}/depth/{sample}.png')).astype(np.int64)
    millimetres = np.floor(want['depth'].astype(np.float64) * 1000 + 0.5)
    assert (depth == np.where(want['depth'] > 0, np.clip(millimetres, 1, 65535), 0)).all()
    valid = np.array(Image.open(f'{out}/normals_valid/{sample}.png'))
    assert (valid == np.where(np.abs(want['normals']).sum(-1) > 0, 255, 0)).all()
    normals = np.array(Image.open(f'{out}/normals/{sample}.png')) if bits == 8 else rgb16(f'{out}/normals/{sample}.png')
    assert np.abs(2 * normals.astype(np.float64) / steps - 1 - want['normals'])[valid > 0].max() <= 1 / steps + 1e-6
    edge = np.array(Image.open(f'{out}/edge/{sample}.png')).astype(np.float64)
    assert np.abs(edge / steps - want['edge']).max() <= 0.5 / steps + 1e-7
about = json.load(open(f'{out}/depth.json'))
assert about['metresPerStep'] == 0.001 and about['clippedPixels'] == 1`

  it.each([
    ['dataset', 8],
    ['voc', 16],
    ['nyud', 8],
    ['ade', 16],
  ] as const)('with the palette %s and %i bits is what Pillow and NumPy read', async (palette, bits) => {
    const report = await runExport(workspace, out, { format: 'png', options: options({ palette, bits }) })
    expect(report).toMatchObject({ files: 21, verified: 21, changed: 4, skipped: [] })
    expect(report.losses.join('\n')).toContain('1 depth pixels beyond 65.535 m were clipped to it.')
    expect(report.losses.join('\n')).toContain('1 depth pixels nearer than 0.5 mm were raised to 1 mm')
    python(check, await truth(workspace), out, palette, String(bits))
  })

  it('refuses a palette with fewer colours than classes', async () => {
    const { dataset, project } = workspace
    const classes = Array.from({ length: 41 }, (_, index) => `class ${index}`)
    const tasks = dataset.tasks.map((task) => (task.id === 'semseg' ? { ...task, classes } : task))
    const request = { format: 'png', options: options({ palette: 'nyud' }) }
    await expect(runExport({ dataset: { ...dataset, tasks }, project }, out, request)).rejects.toMatchObject({
      code: 'bad_arguments',
      message: expect.stringContaining('no colour for 41 classes') as string,
    })
  })
})

describe.skipIf(!pythonHas('numpy', 'PIL', 'scipy', 'pycocotools'))('coco', () => {
  it.each([false, true])('with components: %s is what pycocotools reads', async (components) => {
    const report = await runExport(workspace, out, { format: 'coco', options: options({ components }) })
    expect(report).toMatchObject({ files: 7, verified: 7, changed: 1, skipped: [] })
    const others = ['depth', 'normals', 'edge'] as const
    expect(report.notExported[0]).toBe(
      `COCO has no place for: ${others.map((task) => TASKS[task].label).join(', ')}.`,
    )
    python(
      `import json, sys
import numpy as np
from PIL import Image
from pycocotools import mask
from pycocotools.coco import COCO
from scipy import ndimage
truth, out, components = sys.argv[1], sys.argv[2], sys.argv[3] == 'true'
for split, samples in [('train', 'ab'), ('val', 'c')]:
    panoptic = json.load(open(f'{out}/annotations/panoptic_{split}.json'))
    stuff = COCO(f'{out}/annotations/stuff_{split}.json')
    assert [c['id'] for c in panoptic['categories']] == list(range(1, 41))
    assert [i['file_name'] for i in panoptic['images']] == [f'{s}.png' for s in samples]
    assert len({a['id'] for a in stuff.dataset['annotations']}) == len(stuff.dataset['annotations'])
    for image, annotation, sample in zip(panoptic['images'], panoptic['annotations'], samples):
        assert annotation['image_id'] == image['id'] and annotation['file_name'] == f'{sample}.png'
        want = np.load(f'{truth}/semseg-{sample}.npy')
        assert (image['height'], image['width']) == want.shape
        rgb = np.array(Image.open(f'{out}/annotations/panoptic_{split}/{sample}.png')).astype(np.int64)
        ids = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
        assert ((ids == 0) == (want == 255)).all()
        categories = np.full(want.shape, 255)
        for s in annotation['segments_info']:
            own = ids == s['id']
            ys, xs = np.where(own)
            assert s['area'] == own.sum()
            assert s['bbox'] == [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]
            categories[own] = s['category_id'] - 1
        assert set(np.unique(ids)) - {0} == {s['id'] for s in annotation['segments_info']}
        assert (categories == want).all()
        found = stuff.loadAnns(stuff.getAnnIds(imgIds=image['id']))
        assert len(found) == len(annotation['segments_info'])
        covered = np.zeros(want.shape, int)
        for a in found:
            own = stuff.annToMask(a).astype(bool)
            assert (want[own] == a['category_id'] - 1).all()
            assert a['area'] == mask.area(a['segmentation']) and a['bbox'] == mask.toBbox(a['segmentation']).tolist()
            covered += own
        assert (covered == (want != 255)).all()
        regions = sum(ndimage.label(want == c, np.ones((3, 3)))[1] for c in np.unique(want[want != 255]))
        assert len(found) == (regions if components else len(np.unique(want[want != 255])))`,
      await truth(workspace),
      out,
      String(components),
    )
  })

  it('names labels that cannot be read and writes the others', async () => {
    const { root } = workspace.dataset
    await writeFile(join(root, 'segmentation/b.png'), 'damaged')
    const report = await runExport(await openWorkspace(root), out, { format: 'coco' })
    expect(report.skipped).toMatchObject([
      { sample: 'b', file: 'segmentation/b.png', code: 'file_malformed' },
    ])
    expect(report).toMatchObject({ files: 6, verified: 6 })
  })
})
