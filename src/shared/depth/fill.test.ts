import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskedDepths } from '../../../test/support/arbitrary-maps'
import { python, pythonHas } from '../../../test/support/python'
import { createMap } from '../maps'
import { createMask, fullMask, maskFromSpans } from '../mask'
import { fillDepth } from './fill'

describe('filling from the rim', () => {
  it('makes every filled pixel the mean of its known neighbours, within the range of the rim', () => {
    fc.assert(
      fc.property(maskedDepths, ({ map, mask }) => {
        const before = map.data.slice()
        const { filled, kept } = fillDepth(map, mask, 'holes')
        const known = before.filter((z) => z > 0)
        let nowFilled = 0
        let stillHoles = 0
        let worst = 0
        before.forEach((z, at) => {
          const after = map.data[at]!
          const hole = z === 0 && mask.data[at] === 1
          if (!hole || after === 0) {
            if (hole) stillHoles++
            worst = Math.max(worst, Math.abs(after - z))
            return
          }
          nowFilled++
          const x = at % map.width
          const around = [
            x > 0 ? map.data[at - 1]! : 0,
            x + 1 < map.width ? map.data[at + 1]! : 0,
            map.data[at - map.width] ?? 0,
            map.data[at + map.width] ?? 0,
          ].filter((value) => value > 0)
          const mean = around.reduce((a, b) => a + b, 0) / around.length
          const outside = after < Math.min(...known) || after > Math.max(...known)
          worst = Math.max(worst, outside ? Infinity : Math.abs(after - mean))
        })
        expect(worst).toBeLessThan(1e-5)
        expect({ filled: nowFilled, kept: stillHoles }).toEqual({ filled, kept })
      }),
    )
  })

  it('reproduces a ramp, which is harmonic, and replaces everything when asked', () => {
    const map = createMap('scalar', 90, 70)
    map.data.forEach((_, at) => (map.data[at] = 1 + (at % 90) * 0.02 + Math.floor(at / 90) * 0.03))
    const truth = map.data.slice()
    const mask = maskFromSpans(map, (visit) => {
      for (let y = 5; y < 60; y++) visit(y, 10, 80 - (y % 7))
    })
    mask.data.forEach((one, at) => {
      if (one === 1) map.data[at] = 9
    })
    expect(fillDepth(map, mask, 'holes')).toEqual({ filled: 0, kept: 0 })
    fillDepth(map, mask, 'everything')
    expect(Math.max(...map.data.map((z, at) => Math.abs(z - truth[at]!)))).toBeLessThan(1e-5)
  })

  it('keeps a region without a rim and fills the others', () => {
    const map = createMap('scalar', 5, 1)
    map.data[4] = 3
    const mask = createMask(map, Uint8Array.from([1, 0, 1, 1, 0]))
    expect(fillDepth(map, mask, 'holes')).toEqual({ filled: 2, kept: 1 })
    expect([...map.data]).toEqual([0, 0, 3, 3, 3])
  })

  it.skipIf(!pythonHas('numpy', 'scipy'))(
    'agrees with the sparse direct solver of SciPy within 10 micrometres (skipped without python3, SciPy)',
    () => {
      const [width, height] = [57, 43]
      const map = createMap('scalar', width, height)
      map.data.forEach((_, at) => {
        const x = at % width
        const y = Math.floor(at / width)
        const hole =
          (x - 28) ** 2 / 20 ** 2 + (y - 22) ** 2 / 15 ** 2 < 1 || (x * 7 + y * 13) % 17 === 0 || x < 3
        map.data[at] = hole
          ? 0
          : 2 + Math.sin(x / 9) * 0.7 + (y > 22 ? 0.8 : 0) + ((x * 31 + y * 17) % 11) * 0.02
      })
      const before = [...map.data]
      fillDepth(map, fullMask(map), 'holes')
      const worst = Number(python(SPSOLVE, JSON.stringify({ width, height, before, after: [...map.data] })))
      expect(worst).toBeLessThan(1e-5)
    },
  )
})

/** Laplace's equation written down pixel by pixel and solved directly; prints the largest difference. */
const SPSOLVE = `
import sys, json, numpy as np
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve
o = json.loads(sys.argv[1]); w, h = o['width'], o['height']
z = np.array(o['before']).reshape(h, w); index = -np.ones((h, w), int); index[z == 0] = np.arange((z == 0).sum())
A = lil_matrix(((z == 0).sum(),) * 2); b = np.zeros(A.shape[0])
for y, x in zip(*np.nonzero(z == 0)):
    i = index[y, x]
    for v, u in ((y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)):
        if 0 <= v < h and 0 <= u < w:
            A[i, i] += 1
            if z[v, u] == 0: A[i, index[v, u]] = -1
            else: b[i] += z[v, u]
want = z.copy(); want[z == 0] = spsolve(A.tocsr(), b)
print(np.abs(want - np.array(o['after']).reshape(h, w)).max())
`
