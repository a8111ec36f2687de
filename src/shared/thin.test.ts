import fc from 'fast-check'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../test/support/python'
import { temporaryFolder } from '../../test/support/temporary'
import { labelEdges } from './label-edges'
import { thin } from './thin'

/** Rows of '#' and '.' as a mask. */
function mask(...rows: string[]): { data: Uint8Array; width: number; height: number } {
  const text = rows.join('')
  return {
    data: Uint8Array.from(text, (c) => (c === '#' ? 1 : 0)),
    width: rows[0]!.length,
    height: rows.length,
  }
}

describe('thin', () => {
  it('leaves one line of a bar and nothing of nothing', () => {
    const bar = mask('.......', '.#####.', '.#####.', '.#####.', '.......')
    const line = thin(bar.data, bar.width, bar.height)
    expect(line.every((value, at) => value === 0 || Math.floor(at / 7) === 2)).toBe(true)
    expect(line).toContain(1)
    expect(thin(new Uint8Array(6), 3, 2)).toEqual(new Uint8Array(6))
  })

  it('takes away only, and nothing more the second time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1), { minLength: 48, maxLength: 48 }), (values) => {
        const once = thin(values, 8, 6)
        expect(once.every((value, i) => value <= values[i]!)).toBe(true)
        expect(thin(once, 8, 6)).toEqual(once)
      }),
    )
  })
})

describe('labelEdges', () => {
  it('marks the border of two classes and nothing in a flat map', () => {
    expect(labelEdges([7, 7, 7, 7], 2, 2)).toEqual(new Uint8Array(4))
    expect(labelEdges([5], 1, 1)).toEqual(Uint8Array.of(0))
    const halves = Uint8Array.from({ length: 200 }, (_, i) => (i % 20 < 10 ? 1 : 9))
    const edges = labelEdges(halves, 20, 10)
    for (let y = 2; y < 8; y++)
      expect(
        [9, 10].filter((x) => edges[y * 20 + x]),
        `row ${y}`,
      ).toHaveLength(1)
    expect(edges.every((value, at) => value === 0 || at % 20 === 9 || at % 20 === 10)).toBe(true)
  })
})

/** Masks of every density and of shapes, one byte a pixel, written by Python with what it makes of them. */
const SCRIPT = `
import sys, numpy as np
from scipy import ndimage as ndi
from skimage.morphology import thin
r = np.random.RandomState(11); out = open(sys.argv[1], 'wb'); kind = sys.argv[2]
for i in range(150):
    h, w = r.randint(1, 40, 2)
    if kind == 'thin':
        if i % 3 == 0: a = r.rand(h, w) < r.rand()
        elif i % 3 == 1: a = ndi.gaussian_filter(r.rand(h, w), 1.5) > 0.5
        else: a = ndi.binary_dilation(r.rand(h, w) < 0.05, iterations=r.randint(1, 6))
        a = a.astype('u2'); b = thin(a)
    else:
        coarse = r.randint(0, 460, (h // 7 + 1, w // 7 + 1))
        a = np.kron(coarse, np.ones((7, 7), int))[:h, :w].astype('u2')
        if i % 3 == 0: a = np.where(r.rand(h, w) < 0.2, r.randint(0, 460, (h, w)), a).astype('u2')
        k = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], float)
        b = thin(ndi.correlate(a.astype(float), k, mode='mirror') != 0)
    out.write(np.array([w, h], '<u2').tobytes() + a.astype('<u2').tobytes() + b.astype('<u2').tobytes())
`

describe.skipIf(!pythonHas('skimage', 'scipy'))(
  'thinning beside scikit-image (skipped without python3, skimage, scipy)',
  () => {
    for (const [kind, work] of [
      ['thin', thin],
      ['labelEdges', labelEdges],
    ] as const)
      it(`${kind} equals it on 150 masks`, async () => {
        const path = join(await temporaryFolder(), 'masks.bin')
        python(SCRIPT, path, kind)
        const bytes = await readFile(path)
        const words = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
        let at = 0
        for (let i = 0; i < 150; i++) {
          const [width = 0, height = 0] = words.subarray(at, at + 2)
          const size = width * height
          const given = words.subarray(at + 2, at + 2 + size)
          const expected = words.subarray(at + 2 + size, at + 2 + 2 * size)
          at += 2 + 2 * size
          expect([...work(given, width, height)], `mask ${i}, ${width}x${height}`).toEqual([...expected])
        }
        expect(at).toBe(words.length)
      })
  },
)
