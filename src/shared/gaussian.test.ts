import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../test/support/python'
import { smoothDepth } from './depth/smooth'
import { gaussianWeights } from './gaussian'
import { createMap, type MapKind } from './maps'
import { fullMask, maskFromSpans } from './mask'
import { smoothNormals } from './normals/smooth'

const [width, height] = [37, 29]
const random = (at: number): number => (Math.imul(at + 1, 2654435761) >>> 0) / 4294967296

function fixture<K extends MapKind>(kind: K): ReturnType<typeof createMap<K>> {
  return createMap(kind, width, height)
}

/** scipy.ndimage.gaussian_filter of the values and of their mask, zero outside; prints the quotient. */
const ORACLE = `
import sys, json, numpy as np
np.seterr(invalid='ignore')
from scipy.ndimage import gaussian_filter
o = json.loads(sys.argv[1]); v = np.array(o['values'], float).reshape(o['height'], o['width'], -1); known = np.array(o['counts'], float).reshape(v.shape[:2])
g = lambda a: gaussian_filter(a, o['sigma'], mode='constant', cval=0, truncate=3.0)
m = np.stack([g(v[..., c] * known) for c in range(v.shape[2])], -1) / g(known)[..., None]
if v.shape[2] == 3: m /= np.linalg.norm(m, axis=2, keepdims=True)
print(json.dumps(np.nan_to_num(m).ravel().tolist()))
`

describe('masked Gaussian smoothing', () => {
  it('has weights that sum to 1 over both sides', () => {
    const [first = 0, ...rest] = gaussianWeights(1.7)
    expect(rest).toHaveLength(5)
    expect(first + 2 * rest.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('leaves a constant alone, holes or not', () => {
    const map = fixture('scalar')
    map.data.forEach((_, at) => (map.data[at] = random(at) < 0.5 ? 0 : 1.5))
    const before = map.data.slice()
    smoothDepth(map, fullMask(map), 4)
    expect(Math.max(...map.data.map((z, at) => Math.abs(z - before[at]!)))).toBeLessThan(1e-6)
  })

  it('keeps a step sharp when only the selection is blended', () => {
    const map = fixture('scalar')
    map.data.forEach((_, at) => (map.data[at] = at % width < 20 ? 1 : 5))
    const left = maskFromSpans(map, (visit) => {
      for (let y = 0; y < height; y++) visit(y, 0, 20)
    })
    smoothDepth(map, left, 3, left)
    expect(Math.max(...map.data.map((z, at) => Math.abs(z - (at % width < 20 ? 1 : 5))))).toBeLessThan(1e-6)
    smoothDepth(map, left, 3)
    expect(map.data[19]).toBeGreaterThan(2)
  })

  it('reads the map as it was before the gesture', () => {
    const map = fixture('scalar')
    map.data.forEach((_, at) => (map.data[at] = 1 + random(at)))
    const before = { ...map, data: map.data.slice() }
    const whole = { ...map, data: map.data.slice() }
    smoothDepth(whole, fullMask(map), 2)
    for (let y = 0; y < height; y += 5)
      smoothDepth(
        map,
        maskFromSpans(map, (visit) => {
          for (let row = y; row < y + 7; row++) visit(row, 0, width)
        }),
        2,
        null,
        before,
      )
    expect(map.data).toEqual(whole.data)
  })

  it.skipIf(!pythonHas('numpy', 'scipy'))(
    'agrees with scipy.ndimage within 1e-6 (skipped without SciPy)',
    () => {
      const box = maskFromSpans({ width, height }, (visit) => {
        for (let y = 2; y < 27; y++) visit(y, 4, 33)
      })
      for (const sigma of [0.6, 2.5]) {
        const depth = fixture('scalar')
        depth.data.forEach((_, at) => (depth.data[at] = random(at) < 0.3 ? 0 : 1 + 4 * random(at + 999)))
        const normals = fixture('vector')
        for (let at = 0; at < width * height; at++) {
          if (random(at) < 0.3) continue
          const [x, y] = [random(at + 5) - 0.5, random(at + 77) - 0.5]
          normals.data.set([x, y, Math.sqrt(1 - x * x - y * y)], at * 3)
        }
        for (const map of [depth, normals]) {
          const channels = map.data.length / (width * height)
          const known = Array.from({ length: width * height }, (_, at) =>
            map.data[at * channels] === 0 ? 0 : 1,
          )
          const values = [...map.data]
          const asked = { width, height, values, counts: known, sigma }
          const wanted = JSON.parse(python(ORACLE, JSON.stringify(asked))) as number[]
          if (map.kind === 'scalar') smoothDepth(map, box, sigma)
          else smoothNormals(map, box, sigma)
          const errors = map.data.map((value, i) => {
            const at = Math.floor(i / channels)
            const smoothed = known[at] === 1 && box.data[at] === 1
            return Math.abs(value - (smoothed ? wanted[i]! : values[i]!))
          })
          expect(Math.max(...errors)).toBeLessThan(1e-6)
        }
      }
    },
  )
})
