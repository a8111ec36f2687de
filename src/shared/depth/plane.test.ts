import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { angleBetween, intrinsicsFromFieldOfView, rayAt, unit, type Vec3 } from '../camera'
import { createMap, type ScalarMap } from '../maps'
import { createMask, fullMask, maskFromSpans } from '../mask'
import { applyDepthPlane, fitDepthPlane, planeNormal } from './plane'

const size = { width: 40, height: 30 }
const camera = intrinsicsFromFieldOfView(size, 70)

/** The depth of the plane n . P = n . (0, 0, -distance) along every ray. */
function planeMap(normal: Vec3, distance: number): ScalarMap {
  const map = createMap('scalar', size.width, size.height)
  map.data.forEach((_, at) => {
    const [x, y, z] = rayAt(camera, { x: at % size.width, y: Math.floor(at / size.width) })
    map.data[at] = (-normal[2] * distance) / (normal[0] * x + normal[1] * y + normal[2] * z)
  })
  return map
}
const planes = fc.record({
  normal: fc
    .tuple(fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.double({ min: -0.5, max: 0.5, noNaN: true }))
    .map(([x, y]) => unit([x, y, 1])!),
  distance: fc.double({ min: 1, max: 6, noNaN: true }),
})

describe('fitting a plane to depth', () => {
  it('finds a plane in space, whatever the camera, and the direction it faces', () => {
    fc.assert(
      fc.property(planes, fc.boolean(), ({ normal, distance }, robust) => {
        const map = planeMap(normal, distance)
        const { plane, rms, pixels } = fitDepthPlane(map, fullMask(size), 'space', robust)
        expect(rms).toBeLessThan(1e-5)
        expect(pixels).toBe(1200)
        expect(angleBetween(planeNormal(plane, camera)!, normal)).toBeLessThan(0.01)
      }),
      { numRuns: 30 },
    )
  })

  it('ignores 40 % of pixels that lie elsewhere, and says how many it used', () => {
    const map = planeMap(unit([0.4, 0.1, 1])!, 3)
    const truth = map.data.slice()
    map.data.forEach((z, at) => {
      if (at % 10 < 4) map.data[at] = z * 0.6 + (at % 7) * 0.05
    })
    const mask = fullMask(size)
    const { plane, used, rms } = fitDepthPlane(map, mask, 'space', true)
    expect(used).toBeCloseTo(0.6, 2)
    expect(rms).toBeLessThan(1e-4)
    applyDepthPlane(map, mask, plane, false)
    expect(Math.max(...map.data.map((z, at) => Math.abs(z - truth[at]!)))).toBeLessThan(1e-3)
    expect(fitDepthPlane(planeMap([0, 0, 1], 2), mask, 'ramp', true).plane.c).toBeCloseTo(2, 5)
  })

  it('fills unknown pixels only when asked and never reads them', () => {
    const map = planeMap(unit([0.2, -0.3, 1])!, 2)
    const truth = map.data.slice()
    const hole = maskFromSpans(size, (visit) => visit(10, 3, 9))
    hole.data.forEach((one, at) => {
      if (one === 1) map.data[at] = 0
    })
    const { plane } = fitDepthPlane(map, fullMask(size), 'space', false)
    applyDepthPlane(map, fullMask(size), plane, false)
    expect(map.data[405]).toBe(0)
    applyDepthPlane(map, fullMask(size), plane, true)
    expect(map.data[405]).toBeCloseTo(truth[405]!, 4)
  })

  it('refuses selections that determine no plane', () => {
    const map = planeMap([0, 0, 1], 2)
    const line = maskFromSpans(size, (visit) => visit(4, 0, 40))
    for (const robust of [false, true]) {
      expect(() => fitDepthPlane(map, line, 'space', robust)).toThrow('not in one line, found 40')
      expect(() => fitDepthPlane(map, createMask(size), 'ramp', robust)).toThrow('found 0')
    }
  })

  it.skipIf(!pythonHas('numpy'))('agrees with numpy.linalg.lstsq (skipped without python3, NumPy)', () => {
    const map = planeMap(unit([0.3, 0.2, 1])!, 3)
    map.data.forEach((z, at) => (map.data[at] = z + (((at * 7919) % 101) / 101 - 0.5) * 0.2))
    for (const model of ['space', 'ramp'] as const) {
      const { plane, rms } = fitDepthPlane(map, fullMask(size), model, false)
      const wanted = python(LSTSQ, JSON.stringify({ ...size, model, z: [...map.data] }))
      const [a = 0, b = 0, c = 0, error = 0] = wanted.split(' ').map(Number)
      expect(plane.a).toBeCloseTo(a, 9)
      expect(plane.b).toBeCloseTo(b, 9)
      expect(plane.c).toBeCloseTo(c, 8)
      expect(rms).toBeCloseTo(error, 8)
    }
  })
})

const LSTSQ = `
import sys, json, numpy as np
o = json.loads(sys.argv[1]); z = np.array(o['z']); v, u = np.divmod(np.arange(len(z)), o['width'])
X = np.stack([u + .5, v + .5, np.ones(len(z))], 1); k = z ** 2 if o['model'] == 'space' else np.ones(len(z))
y = 1 / z if o['model'] == 'space' else z
t = np.linalg.lstsq(X * k[:, None], y * k, rcond=None)[0]
print(*t, np.sqrt(np.mean((k * (y - X @ t)) ** 2)))
`
