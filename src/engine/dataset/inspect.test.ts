import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeDataset } from '../../../test/support/make-dataset'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { encodeNpy } from '../codecs/npy'
import { encodePng, plainPng } from '../codecs/png'
import { inspectDataset, type InspectReport } from './inspect'
import { openDataset } from './readers'

const inspect = async (root: string, values = true): Promise<InspectReport> =>
  inspectDataset(await openDataset(root), values, () => undefined)

describe('inspecting', () => {
  it('finds nothing wrong with a sound folder', async () => {
    const root = await makeDataset(await temporaryFolder())
    const report = await inspect(root)
    expect(report).toMatchObject({
      layout: 'nyudv2',
      samples: 3,
      splits: { train: 2, val: 1 },
      labels: { semseg: 3, depth: 3, normals: 3, edge: 3 },
      sizes: { '8x6': 3 },
      problems: [],
    })
    expect(report.values.semseg?.pixels).toBe(144)
    expect((await inspect(root, false)).values).toEqual({})
  })

  it('names every inconsistency', async () => {
    const root = await makeDataset(await temporaryFolder())
    const grey = (values: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
      encodePng(plainPng({ width: 8, height: 6 }, 'grey', 8, values))
    await rm(join(root, 'edge/a.png'))
    await rm(join(root, 'images/b.png'))
    await writeFile(join(root, 'segmentation/a.png'), await grey(new Uint8Array(48).fill(41)))
    const deep = new Float32Array(48).fill(5000)
    await writeFile(join(root, 'depth/a.npy'), encodeNpy({ dtype: 'f4', shape: [6, 8], data: deep }))
    const short = plainPng({ width: 8, height: 6 }, 'rgb', 8, new Uint8Array(144).fill(140))
    await writeFile(join(root, 'normals/c.png'), await encodePng(short))
    const wide = encodeNpy({ dtype: 'f4', shape: [2, 2], data: new Float32Array(4) })
    await writeFile(join(root, 'depth/c.npy'), wide)
    await writeFile(join(root, 'depth/left-over.npy'), wide)
    await writeFile(join(root, 'gt_sets/val.txt'), 'c\nc\n../c\n/etc/passwd\n')
    const { problems } = await inspect(root)
    expect(problems.map(({ sample, file, code }) => [sample, file, code])).toEqual([
      ['c', 'gt_sets/val.txt', 'file_malformed'],
      ['../c', 'gt_sets/val.txt', 'path_outside_root'],
      ['/etc/passwd', 'gt_sets/val.txt', 'path_outside_root'],
      ['', 'depth', 'sample_missing'],
      ['a', 'edge/a.png', 'file_missing'],
      ['a', 'segmentation/a.png', 'value_out_of_range'],
      ['a', 'depth/a.npy', 'value_out_of_range'],
      ['b', 'images/b.png', 'file_missing'],
      ['c', 'depth/c.npy', 'size_mismatch'],
      ['c', 'normals/c.png', 'value_out_of_range'],
    ])
    expect(problems.find(({ file }) => file === 'depth/a.npy')?.message).toMatch(/48 pixels.*5000 m/)
    expect(problems.find(({ file }) => file === 'normals/c.png')?.message).toMatch(/48 vectors.*0\.170/)
  })

  it.skipIf(!pythonHas('PIL', 'numpy'))(
    'counts what NumPy counts (skipped without Pillow, NumPy)',
    async () => {
      const root = await makeDataset(await temporaryFolder(), {
        splits: { train: ['a', 'b'] },
        width: 30,
        height: 20,
      })
      await mkdir(join(root, 'x'))
      const script = `
import sys, json, numpy as np
from PIL import Image
r = sys.argv[1]
s = np.stack([np.array(Image.open(f'{r}/segmentation/{i}.png')) for i in 'ab'])
d = np.stack([np.load(f'{r}/depth/{i}.npy') for i in 'ab'])
print(json.dumps({'void': int((s == 0).sum()), 'counts': [int((s == k).sum()) for k in range(1, 41)],
                  'min': float(d[d != 0].min()), 'max': float(d.max())}))`
      const expected = JSON.parse(python(script, root)) as {
        void: number
        counts: number[]
        min: number
        max: number
      }
      const { values } = await inspect(root)
      expect(values.semseg?.invalid).toBe(expected.void)
      expect(Object.values(values.semseg?.classes ?? {})).toEqual(
        expected.counts.filter((count) => count > 0),
      )
      expect([values.depth?.min, values.depth?.max]).toEqual([expected.min, expected.max])
    },
  )
})
