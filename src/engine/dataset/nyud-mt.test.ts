import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { encodeNpy } from '../codecs/npy'
import { encodePng, plainPng } from '../codecs/png'
import { openDataset } from './readers'

const SIZE = { width: 5, height: 4 }

/** One sample in the NYUD_MT layout. */
async function makeMt(): Promise<string> {
  const root = await temporaryFolder()
  for (const folder of ['images', 'segmentation', 'depth', 'normals', 'edge', 'gt_sets'])
    await mkdir(join(root, folder))
  const photo = sharp({ create: { ...SIZE, channels: 3, background: '#336699' } }).jpeg()
  await writeFile(join(root, 'images/a.jpg'), await photo.toBuffer())
  await writeFile(join(root, 'gt_sets/val.txt'), 'a\n')
  const labels = Uint8Array.from({ length: 20 }, (_, i) => i * 2)
  await writeFile(join(root, 'segmentation/a.png'), await encodePng(plainPng(SIZE, 'grey', 8, labels)))
  const shape = [SIZE.height, SIZE.width]
  const depth = Float32Array.from({ length: 20 }, (_, i) => i / 3)
  const normals = Float32Array.from({ length: 60 }, (_, i) => [0, 0.6, -0.8][i % 3]!)
  const edge = Float64Array.from({ length: 20 }, (_, i) => i % 2)
  await writeFile(join(root, 'depth/a.npy'), encodeNpy({ dtype: 'f4', shape, data: depth }))
  await writeFile(
    join(root, 'normals/a.npy'),
    encodeNpy({ dtype: 'f4', shape: [...shape, 3], data: normals }),
  )
  await writeFile(join(root, 'edge/a.npy'), encodeNpy({ dtype: 'f8', shape, data: edge }))
  return root
}

describe('NYUD_MT', () => {
  it('is told from NYUDv2 by its files and read as its loaders do', async () => {
    const dataset = await openDataset(await makeMt())
    await dataset.scan()
    expect(dataset.layout).toBe('nyud_mt')
    expect(dataset.problems).toEqual([])
    expect(await dataset.describe('a')).toMatchObject({
      ...SIZE,
      labels: ['semseg', 'depth', 'normals', 'edge'],
    })
    expect((await dataset.readPhoto('a')).width).toBe(5)
    expect((await dataset.readLabel('a', 'semseg')).data.slice(0, 3)).toEqual(Uint8Array.of(255, 1, 3))
    expect((await dataset.readLabel('a', 'edge')).data.slice(0, 3)).toEqual(Float32Array.of(0, 1, 0))
    expect((await dataset.readLabel('a', 'normals')).data.slice(0, 3)).toEqual(Float32Array.of(0, 0.6, -0.8))
    expect(dataset.photoFile('a')).toBe('images/a.jpg')
  })

  it('writes every label back to the same bytes', async () => {
    const root = await makeMt()
    const dataset = await openDataset(root)
    for (const task of ['semseg', 'depth', 'normals', 'edge'] as const) {
      const original = await dataset.readLabelFile('a', task)
      const written = await dataset.encodeLabel('a', task, await dataset.readLabel('a', task), original)
      const back = await dataset.decodeLabel('a', task, written, dataset.writeFile('a', task))
      expect(back).toEqual(await dataset.readLabel('a', task))
      if (task !== 'semseg') expect(written).toEqual(original)
    }
  })

  it('refuses boundaries outside 0 to 1 and normals of another shape', async () => {
    const root = await makeMt()
    const edge = encodeNpy({ dtype: 'f4', shape: [4, 5], data: new Float32Array(20).fill(2) })
    await writeFile(join(root, 'edge/a.npy'), edge)
    const normals = encodeNpy({ dtype: 'f4', shape: [3, 4, 5], data: new Float32Array(60) })
    await writeFile(join(root, 'normals/a.npy'), normals)
    const dataset = await openDataset(root)
    await expect(dataset.readLabel('a', 'edge')).rejects.toMatchObject({ code: 'value_out_of_range' })
    expect((await dataset.describe('a')).problems).toMatchObject([
      { file: 'normals/a.npy', code: 'file_malformed' },
    ])
  })
})

describe.skipIf(!pythonHas('numpy'))('beside NumPy (skipped without it)', () => {
  it('keeps dtype, byte order, memory order and every untouched value of an edited file', async () => {
    const root = await makeMt()
    const WRITE = `
import sys, numpy as np
root, dtype, order = sys.argv[1:]
rng = np.random.default_rng(7)
d = rng.random((4, 5)) * 9; d[0, 0] = 0
n = rng.standard_normal((4, 5, 3)); n /= np.linalg.norm(n, axis=2, keepdims=True)
np.save(root + '/depth/a.npy', np.asarray(d.astype(dtype), order=order))
np.save(root + '/normals/a.npy', np.asarray(n.astype(dtype), order=order))
`
    const READ = `
import sys, json, numpy as np
a, b = np.load(sys.argv[1]), np.load(sys.argv[2])
print(json.dumps([a.dtype == b.dtype, a.flags['F_CONTIGUOUS'] == b.flags['F_CONTIGUOUS'], np.argwhere(a != b).tolist()]))
`
    for (const [dtype, order] of [
      ['<f4', 'C'],
      ['<f8', 'F'],
      ['>f4', 'C'],
      ['>f8', 'F'],
    ] as const) {
      python(WRITE, root, dtype, order)
      const dataset = await openDataset(root)
      for (const [task, index, value, places] of [
        ['depth', 7, 2.5, [[1, 2]]],
        ['normals', 3, 0, [[0, 1, 0]]],
      ] as const) {
        const map = await dataset.readLabel('a', task)
        map.data[index] = value
        const original = await dataset.readLabelFile('a', task)
        const file = join(root, 'edited.npy')
        await writeFile(file, await dataset.encodeLabel('a', task, map, original))
        const found: unknown = JSON.parse(python(READ, join(root, dataset.labelFile('a', task)), file))
        expect(found, `${dtype} ${order} ${task}`).toEqual([true, true, places])
        map.data[index] = (await dataset.readLabel('a', task)).data[index]!
        const same = await dataset.encodeLabel('a', task, map, original)
        expect(Buffer.compare(same, await readFile(join(root, dataset.labelFile('a', task)))), dtype).toBe(0)
      }
    }
  })
})
