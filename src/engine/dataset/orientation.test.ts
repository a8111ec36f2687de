import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { temporaryFolder } from '../../../test/support/temporary'
import { inverseOf, orientMap, type Orientation } from '../../shared/orient'
import { decodeNpy, encodeNpy } from '../codecs/npy'
import { openDataset } from './readers'

const ALL: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]

describe('orientation of maps', () => {
  it('is undone by its inverse, for values and vectors', () => {
    for (const orientation of ALL)
      for (const kind of ['class', 'vector'] as const) {
        const map =
          kind === 'class'
            ? { kind, width: 3, height: 2, data: Uint8Array.from({ length: 6 }, (_, i) => i) }
            : { kind, width: 3, height: 2, data: Float32Array.from({ length: 18 }, (_, i) => i) }
        expect(orientMap(orientMap(map, orientation), inverseOf(orientation))).toEqual(map)
      }
  })
})

/** NYUD_MT with one JPEG per orientation, 6x4 as stored, and its pixel numbers as depth; `upright` has an upright label. */
const SCRIPT = `
import sys, os, json, numpy as np
from PIL import Image, ImageOps
d = sys.argv[1]
for f in ['images', 'depth', 'edge', 'gt_sets']: os.makedirs(d + '/' + f)
stored = np.arange(1, 25, dtype='f4').reshape(4, 6)
photo = np.kron(np.arange(24).reshape(4, 6) * 10, np.ones((1, 1))).astype('u1')
out = {}
for o in range(1, 9):
    exif = Image.Exif(); exif[0x0112] = o
    Image.fromarray(np.stack([photo] * 3, -1)).save('%s/images/o%d.jpg' % (d, o), exif=exif, quality=100)
    np.save('%s/depth/o%d.npy' % (d, o), stored)
    np.save('%s/edge/o%d.npy' % (d, o), (stored > 5).astype('f4'))
    image = Image.fromarray(stored); image.getexif()[0x0112] = o
    up = np.array(ImageOps.exif_transpose(image))
    out['o%d' % o] = [list(up.shape), up.ravel().tolist()]
exif = Image.Exif(); exif[0x0112] = 6
Image.fromarray(np.stack([photo] * 3, -1)).save(d + '/images/upright.jpg', exif=exif)
np.save(d + '/depth/upright.npy', stored.T.copy()); np.save(d + '/edge/upright.npy', np.zeros((6, 4), 'f4'))
open(d + '/gt_sets/train.txt', 'w').write('\\n'.join(list(out) + ['upright']))
print(json.dumps(out))
`

describe.skipIf(!pythonHas('PIL', 'numpy'))(
  'labels of turned photos (skipped without python3, Pillow)',
  () => {
    it('are shown upright and written back as they are stored', async () => {
      const root = join(await temporaryFolder(), 'turned')
      await mkdir(root)
      const expected = JSON.parse(python(SCRIPT, root)) as Record<string, [[number, number], number[]]>
      const dataset = await openDataset(root)
      expect(dataset.layout).toBe('nyud_mt')
      await dataset.scan()
      expect(dataset.problems).toEqual([])
      for (const [id, [[height, width], values]] of Object.entries(expected)) {
        const [photo, info] = [await dataset.readPhoto(id), await dataset.describe(id)]
        expect([photo.width, photo.height, info.width, info.height], id).toEqual([
          width,
          height,
          width,
          height,
        ])
        const map = await dataset.readLabel(id, 'depth')
        expect([...map.data], id).toEqual(values)
        // The photo's grey values rise as the label's do, so both are turned the same way.
        const brightest = photo.data.reduce((best, value, at) => (value > photo.data[best]! ? at : best), 0)
        expect(Math.floor(brightest / 3), id).toBe(values.indexOf(24))
        const original = await dataset.readLabelFile(id, 'depth')
        map.data[1] = 0
        const bytes = await dataset.encodeLabel(id, 'depth', map, original)
        const [before, after] = [decodeNpy(original!, id), decodeNpy(bytes, id)]
        expect(after.shape).toEqual([4, 6])
        expect([...after.data].filter((value, at) => value !== before.data[at])).toEqual([0])
        expect(after.data[values[1]! - 1]).toBe(0)
        expect(await dataset.decodeLabel(id, 'depth', bytes, dataset.labelFile(id, 'depth'))).toEqual(map)
        expect(decodeNpy(await dataset.encodeLabel(id, 'depth', map, null), id).shape).toEqual([4, 6])
      }
      const upright = await dataset.readLabel('upright', 'depth')
      expect([upright.width, upright.height]).toEqual([4, 6])
      expect([...upright.data.subarray(0, 4)]).toEqual([1, 7, 13, 19])
      const file = await dataset.readLabelFile('upright', 'depth')
      expect(decodeNpy(await dataset.encodeLabel('upright', 'depth', upright, file), 'x').shape).toEqual([
        6, 4,
      ])
      await writeFile(
        join(root, 'depth/o6.npy'),
        encodeNpy({ dtype: 'f4', shape: [5, 5], data: new Float32Array(25) }),
      )
      await expect((await openDataset(root)).readLabel('o6', 'depth')).rejects.toMatchObject({
        code: 'size_mismatch',
      })
    })
  },
)
