import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeDataset } from '../../../test/support/make-dataset'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import type { DenseMap } from '../../shared/maps'
import { decodeNpy, encodeNpy } from '../codecs/npy'
import { decodePng, encodePng, plainPng } from '../codecs/png'
import { Copier } from '../export/copy-file'
import type { Dataset } from './dataset'
import { openDataset } from './readers'

const grey = (data: number[], width = data.length): Promise<Uint8Array> =>
  encodePng(plainPng({ width, height: data.length / width }, 'grey', 8, Uint8Array.from(data)))

/** With every header read. */
async function openScanned(root: string): Promise<Dataset> {
  const dataset = await openDataset(root)
  await dataset.scan()
  return dataset
}

async function tiny(): Promise<string> {
  return makeDataset(await temporaryFolder())
}

describe('opening', () => {
  it('lists splits, tasks, sizes and labels', async () => {
    const dataset = await openScanned(await tiny())
    expect(dataset.layout).toBe('nyudv2')
    expect(dataset.note).toBe('Tiny rooms made of noise, for tests')
    expect(dataset.splits).toEqual({ train: ['a', 'b'], val: ['c'] })
    expect(dataset.tasks.map(({ id }) => id)).toEqual(['semseg', 'depth', 'normals', 'edge'])
    expect(dataset.problems).toEqual([])
    expect(dataset.sample('c')).toEqual({ id: 'c', split: 'val' })
    expect(await dataset.describe('c')).toEqual({
      id: 'c',
      split: 'val',
      width: 8,
      height: 6,
      labels: ['semseg', 'depth', 'normals', 'edge'],
      problems: [],
    })
    expect(() => dataset.sample('../a')).toThrow(expect.objectContaining({ code: 'sample_missing' }))
  })

  it('says what it looked for in a folder it does not recognise', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'gt_sets'))
    await writeFile(join(folder, 'gt_sets', 'train.txt'), 'a\n')
    await expect(openDataset(folder)).rejects.toMatchObject({
      code: 'not_a_dataset',
      message: expect.stringContaining(
        'looked for images/*.png (0 found), gt_sets/*.txt (1 found)',
      ) as string,
    })
    await expect(openDataset(join(folder, 'none'))).rejects.toMatchObject({ code: 'not_a_dataset' })
    await expect(openDataset(join(folder, 'gt_sets', 'train.txt'))).rejects.toMatchObject({
      code: 'not_a_dataset',
    })
  })

  it('leaves out a task whose folder does not exist', async () => {
    const root = await tiny()
    await rm(join(root, 'edge'), { recursive: true })
    const dataset = await openDataset(root)
    expect(dataset.tasks.map(({ id }) => id)).toEqual(['semseg', 'depth', 'normals'])
    expect(dataset.problems).toEqual([])
  })

  it('lists every damaged file and keeps the rest usable', async () => {
    const root = await tiny()
    await rm(join(root, 'edge/a.png'))
    await truncate(join(root, 'depth/a.npy'), 100)
    await truncate(join(root, 'normals/b.png'), 60)
    await writeFile(join(root, 'segmentation/b.png'), await grey([1, 2, 3]))
    await writeFile(
      join(root, 'depth/c.npy'),
      encodeNpy({ dtype: 'i4', shape: [6, 8], data: new Int32Array(48) }),
    )
    await writeFile(join(root, 'images/c.png'), '')
    await writeFile(join(root, 'images/extra.png'), await grey([1]))
    const { problems, ...dataset } = await openScanned(root)
    expect(problems.map(({ sample, file, code }) => [sample, file, code])).toEqual([
      ['', 'images', 'sample_missing'],
      ['a', 'depth/a.npy', 'file_truncated'],
      ['a', 'edge/a.png', 'file_missing'],
      ['b', 'segmentation/b.png', 'size_mismatch'],
      ['b', 'normals/b.png', 'file_truncated'],
      ['c', 'images/c.png', 'file_truncated'],
      ['c', 'depth/c.npy', 'file_unsupported'],
    ])
    expect((await dataset.describe('a')).labels).toEqual(['semseg', 'normals'])
    expect((await dataset.readLabel('a', 'semseg')).width).toBe(8)
    await expect(dataset.readLabel('a', 'depth')).rejects.toMatchObject({ code: 'file_truncated' })
    await expect(dataset.readLabel('b', 'semseg')).rejects.toMatchObject({ code: 'size_mismatch' })
  })

  it('finds truncation at every length of every file', async () => {
    const root = await makeDataset(await temporaryFolder(), { splits: { train: ['a'] }, width: 3, height: 2 })
    for (const file of ['images/a.png', 'segmentation/a.png', 'depth/a.npy']) {
      const whole = await readFile(join(root, file))
      for (let length = 0; length < whole.length; length++) {
        await writeFile(join(root, file), whole.subarray(0, length))
        const { problems } = await openScanned(root)
        expect(
          problems.map(({ file: name, code }) => [name, code]),
          `${length}`,
        ).toEqual([[file, 'file_truncated']])
      }
      await writeFile(join(root, file), whole)
    }
  })

  it('accepts bytes after the end of a PNG, as image libraries do', async () => {
    const root = await tiny()
    const path = join(root, 'segmentation/a.png')
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.from('trailing')]))
    expect((await openScanned(root)).problems).toEqual([])
  })
})

describe('ids and links', () => {
  it('leaves out ids that are paths or occur twice', async () => {
    const root = await tiny()
    await writeFile(join(root, 'secret.png'), 'x')
    await writeFile(join(root, 'gt_sets/train.txt'), 'a\n../secret\n/etc/passwd\n..\nb\\c\na\nb\u0000\n')
    const { splits, problems } = await openDataset(root)
    expect(splits.train).toEqual(['a'])
    const listed = problems.filter(({ file }) => file === 'gt_sets/train.txt')
    expect(listed.map(({ sample, code }) => [sample, code])).toEqual([
      ['../secret', 'path_outside_root'],
      ['/etc/passwd', 'path_outside_root'],
      ['..', 'path_outside_root'],
      ['b\\c', 'path_outside_root'],
      ['a', 'file_malformed'],
      ['b\u0000', 'path_outside_root'],
    ])
  })

  it('leaves out a list of 100 MB, split names of objects and millions of wrong ids without keeping them', async () => {
    const root = await tiny()
    await writeFile(join(root, 'gt_sets/huge.txt'), '')
    await truncate(join(root, 'gt_sets/huge.txt'), 100 * 1024 * 1024)
    await writeFile(join(root, 'gt_sets/__proto__.txt'), 'a\n')
    await writeFile(join(root, 'gt_sets/wrong.txt'), '../x\n'.repeat(20_000))
    const { splits, problems, problemCount } = await openDataset(root)
    expect(Object.keys(splits)).toEqual(['train', 'val', 'huge', 'wrong'])
    expect(splits.huge).toEqual([])
    expect(problems).toHaveLength(1000)
    expect(problemCount).toBe(20_002)
    expect(problems.slice(0, 2).map(({ file, code }) => [file, code])).toEqual([
      ['gt_sets/__proto__.txt', 'path_outside_root'],
      ['gt_sets/huge.txt', 'file_too_large'],
    ])
  })

  it('refuses links out of the folder and follows links inside it', async () => {
    const root = await tiny()
    const outside = await makeDataset(await temporaryFolder())
    await rm(join(root, 'depth/a.npy'))
    await symlink(join(outside, 'depth/a.npy'), join(root, 'depth/a.npy'))
    await rm(join(root, 'depth/b.npy'))
    await symlink(join(root, 'depth/c.npy'), join(root, 'depth/b.npy'))
    const dataset = await openScanned(root)
    expect(dataset.problems.map(({ file, code }) => [file, code])).toEqual([
      ['depth/a.npy', 'path_outside_root'],
    ])
    await expect(dataset.readLabel('a', 'depth')).rejects.toMatchObject({ code: 'path_outside_root' })
    expect(await dataset.readLabel('b', 'depth')).toEqual(await dataset.readLabel('c', 'depth'))
  })

  it('does not follow a label folder out of the data set', async () => {
    const root = await tiny()
    const outside = await makeDataset(await temporaryFolder())
    await rm(join(root, 'edge'), { recursive: true })
    await symlink(join(outside, 'edge'), join(root, 'edge'))
    const dataset = await openDataset(root)
    expect(dataset.tasks.map(({ id }) => id)).not.toContain('edge')
    expect(dataset.problems).toMatchObject([{ file: 'edge', code: 'path_outside_root' }])
  })
})

describe('values', () => {
  it('decodes as the loaders do and encodes back to the same values', async () => {
    const root = await makeDataset(await temporaryFolder(), { splits: { train: ['a'] }, width: 4, height: 1 })
    await writeFile(join(root, 'segmentation/a.png'), await grey([0, 1, 40, 7]))
    await writeFile(join(root, 'edge/a.png'), await grey([0, 255, 255, 0]))
    const dataset = await openDataset(root)
    const semseg = await dataset.readLabel('a', 'semseg')
    expect([...semseg.data]).toEqual([255, 0, 39, 6])
    expect((await decodePng(await dataset.encodeLabel('a', 'semseg', semseg), 'x')).data).toEqual(
      Uint8Array.of(0, 1, 40, 7),
    )
    const edge = await dataset.readLabel('a', 'edge')
    expect([...edge.data]).toEqual([0, 1, 1, 0])
    expect((await decodePng(await dataset.encodeLabel('a', 'edge', edge), 'x')).data).toEqual(
      Uint8Array.of(0, 255, 255, 0),
    )
  })

  it('keeps all 256 values of a normals component, and an invalid vector', async () => {
    const dataset = await openDataset(await makeDataset(await temporaryFolder()))
    const stored = Uint8Array.from({ length: 257 * 3 }, (_, i) => (i < 768 ? Math.floor(i / 3) : 128))
    stored[128 * 3] = 127
    const file = await encodePng(plainPng({ width: 257, height: 1 }, 'rgb', 8, stored))
    const map = await dataset.decodeLabel('a', 'normals', file, 'normals/a.png')
    expect([...map.data.slice(0, 3)]).toEqual([-1, -1, -1])
    expect([...map.data.slice(-3)]).toEqual([0, 0, 0])
    expect((await decodePng(await dataset.encodeLabel('a', 'normals', map), 'x')).data).toEqual(stored)
  })

  it.skipIf(process.platform === 'win32')('does not wait for pipes that lie where files should', async () => {
    const root = await makeDataset(await temporaryFolder(), { splits: { train: ['a'] } })
    for (const file of ['images/a.png', 'depth/a.npy']) {
      await rm(join(root, file))
      execFileSync('mkfifo', [join(root, file)])
    }
    const dataset = await openScanned(root)
    expect(dataset.problems.map(({ file, message }) => [file, message])).toEqual([
      ['images/a.png', 'images/a.png is not a file'],
      ['depth/a.npy', 'depth/a.npy is not a file'],
    ])
    for (const read of [
      () => dataset.readPhoto('a'),
      () => dataset.photoPath('a'),
      () => dataset.readLabel('a', 'depth'),
    ])
      await expect(read()).rejects.toMatchObject({ code: 'file_malformed' })
    await expect(new Copier(root).copy('depth/a.npy', join(root, 'copy'))).rejects.toMatchObject({
      code: 'file_malformed',
    })
  })

  it('names the pixel of an undefined class', async () => {
    const root = await makeDataset(await temporaryFolder(), { splits: { train: ['a'] }, width: 3, height: 1 })
    await writeFile(join(root, 'segmentation/a.png'), await grey([0, 1, 41]))
    await expect((await openDataset(root)).readLabel('a', 'semseg')).rejects.toMatchObject({
      code: 'value_out_of_range',
      message: expect.stringContaining('pixel (2, 0) has the value 41') as string,
    })
  })

  it('refuses grey label PNGs that the loaders would scale', async () => {
    const root = await makeDataset(await temporaryFolder(), { splits: { train: ['a'] }, width: 2, height: 1 })
    const image = plainPng({ width: 2, height: 1 }, 'grey', 4, Uint8Array.of(1, 2))
    await writeFile(join(root, 'segmentation/a.png'), await encodePng(image))
    expect((await openScanned(root)).problems).toMatchObject([{ code: 'file_unsupported' }])
  })

  it('reads depth as (H, W) and (1, H, W), float64 included, and keeps shape, dtype and untouched bits', async () => {
    const dataset = await openDataset(await tiny())
    const original = encodeNpy({ dtype: 'f8', shape: [1, 1, 3], data: Float64Array.of(1 / 3, NaN, 2) })
    const map = await dataset.decodeLabel('a', 'depth', original, 'depth/a.npy')
    expect([...map.data]).toEqual([Math.fround(1 / 3), 0, 2])
    map.data[2] = 7.25
    const written = decodeNpy(await dataset.encodeLabel('a', 'depth', map, original), 'x')
    expect(written).toEqual({ dtype: 'f8', shape: [1, 1, 3], data: Float64Array.of(1 / 3, NaN, 7.25) })
  })

  it('keeps palettes and 16 bits of the file it replaces', async () => {
    const dataset = await openDataset(await tiny())
    const size = { width: 2, height: 1 }
    const map: DenseMap = { kind: 'class', ...size, data: Uint8Array.of(255, 2) }
    const wide = await encodePng(plainPng(size, 'grey', 16, Uint16Array.of(1, 2)))
    expect(
      await decodePng(await dataset.encodeLabel('a', 'semseg', map, Uint8Array.from(wide)), 'x'),
    ).toMatchObject({
      depth: 16,
      data: Uint16Array.of(0, 3),
    })
    const palette = Uint8Array.from({ length: 12 }, (_, i) => i * 9)
    const coloured = {
      ...plainPng(size, 'grey', 2, Uint8Array.of(1, 2)),
      colour: 'palette' as const,
      palette,
    }
    const kept = await decodePng(
      await dataset.encodeLabel('a', 'semseg', map, await encodePng(coloured)),
      'x',
    )
    expect(kept).toMatchObject({ colour: 'palette', depth: 2, palette, data: Uint8Array.of(0, 3) })
    map.data[0] = 39
    const widened = await decodePng(
      await dataset.encodeLabel('a', 'semseg', map, await encodePng(coloured)),
      'x',
    )
    expect(widened).toMatchObject({ colour: 'palette', depth: 8, data: Uint8Array.of(40, 3) })
    expect(widened.palette?.slice(0, 12)).toEqual(palette)
  })

  it('refuses a class that does not exist', async () => {
    const dataset = await openDataset(await tiny())
    const map: DenseMap = { kind: 'class', width: 1, height: 1, data: Uint8Array.of(40) }
    await expect(dataset.encodeLabel('a', 'semseg', map)).rejects.toMatchObject({
      code: 'value_out_of_range',
    })
  })
})

describe.skipIf(!pythonHas('PIL', 'numpy'))(
  'beside the loaders’ own arithmetic (skipped without Pillow, numpy)',
  () => {
    it('decodes every task as Pillow and numpy do', async () => {
      const root = await tiny()
      const dataset = await openDataset(root)
      // The lines below are the operations of the public NYUDv2 loaders.
      const expected: unknown = JSON.parse(
        python(
          `
import sys, json, numpy as np
from PIL import Image
r = sys.argv[1]
s = np.array(Image.open(r + '/segmentation/a.png')).astype(np.float32) - 1; s[s == -1] = 255
n = 2. * np.array(Image.open(r + '/normals/a.png').convert('RGB'), dtype=np.float32) / 255. - 1.
e = np.array(Image.open(r + '/edge/a.png'), dtype=np.float32) / 255.
d = np.load(r + '/depth/a.npy').astype(np.float32)
print(json.dumps({k: v.ravel().tolist() for k, v in dict(semseg=s, normals=n, edge=e, depth=d).items()}))`,
          root,
        ),
      )
      for (const task of ['semseg', 'edge', 'depth'] as const)
        expect({ [task]: [...(await dataset.readLabel('a', task)).data] }).toEqual({
          [task]: (expected as Record<string, number[]>)[task],
        })
      const normals = await dataset.readLabel('a', 'normals')
      const reference = (expected as Record<string, number[]>).normals ?? []
      expect(normals.data.length).toBe(reference.length)
      // numpy rounds to float32 after every operation, this reader once: one unit in the last place.
      normals.data.forEach((value, i) => expect(Math.abs(value - reference[i]!)).toBeLessThanOrEqual(1.2e-7))
    })
  },
)

it('says that a photo is cut off when it is read as when the folder is looked through', async () => {
  const root = await tiny()
  await truncate(join(root, 'images/a.png'), 100)
  const dataset = await openDataset(root)
  await expect(dataset.readPhoto('a')).rejects.toMatchObject({ code: 'file_truncated' })
  expect((await dataset.describe('a')).problems).toMatchObject([{ code: 'file_truncated' }])
})
