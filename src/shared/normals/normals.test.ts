import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directions, maskedNormals } from '../../../test/support/arbitrary-maps'
import { expectReversible } from '../../../test/support/kernel-checks'
import { angleBetween, intrinsicsFromFieldOfView, rayAt, unit, type Vec3 } from '../camera'
import { createMap, type ScalarMap, type VectorMap } from '../maps'
import { createMask, fullMask, type Mask } from '../mask'
import { AXES, flipNormals } from './flip'
import { FROM_DEPTH_DEFAULTS, normalsFromDepth } from './from-depth'
import { directionOfDepth, meanDirection } from './plane'
import { renormalise } from './renormalise'
import { invalidateNormals, setNormals } from './set'
import { smoothNormals } from './smooth'
import { normalOfPoints } from './three-points'
import { normalAt } from './value'

/** The depth of a plane that faces `normal` and crosses the camera's axis at `distance` metres. */
function planeDepths(
  width: number,
  height: number,
  degrees: number,
  normal: Vec3,
  distance: number,
): ScalarMap {
  const camera = intrinsicsFromFieldOfView({ width, height }, degrees)
  const map = createMap('scalar', width, height)
  map.data.forEach((_, at) => {
    const [x, y, z] = rayAt(camera, { x: at % width, y: Math.floor(at / width) })
    map.data[at] = (-normal[2] * distance) / (normal[0] * x + normal[1] * y + normal[2] * z)
  })
  return map
}

const sloped = (map: VectorMap): ScalarMap => planeDepths(map.width, map.height, 60, unit([0.3, 0.4, 1])!, 2)
const KERNELS: readonly { name: string; fills: boolean; run: (map: VectorMap, mask: Mask) => unknown }[] = [
  { name: 'set', fills: true, run: (map, mask) => setNormals(map, mask, [1, -2, 0.5]) },
  { name: 'mark invalid', fills: false, run: invalidateNormals },
  { name: 'flip', fills: false, run: (map, mask) => flipNormals(map, mask, 'y') },
  { name: 're-normalise', fills: false, run: renormalise },
  { name: 'smooth', fills: false, run: (map, mask) => smoothNormals(map, mask, 1.2) },
  { name: 'smooth inside', fills: false, run: (map, mask) => smoothNormals(map, mask, 1.2, mask) },
  {
    name: 'from depth',
    fills: true,
    run: (map, mask) =>
      normalsFromDepth(map, mask, sloped(map), intrinsicsFromFieldOfView(map, 60), FROM_DEPTH_DEFAULTS),
  },
]

describe.each(KERNELS)('$name', ({ run, fills }) => {
  it('changes nothing outside the selection and leaves unit vectors, and unknown what was unless it fills', () => {
    fc.assert(
      fc.property(maskedNormals, ({ map, mask }) => {
        const before = map.data.slice()
        run(map, mask)
        const wrong = [...mask.data.keys()].filter((at) => {
          const [was, is] = [normalAt(before, at), normalAt(map.data, at)]
          const free = mask.data[at] === 1 && (fills || Math.hypot(...was) > 0)
          const length = Math.hypot(...is)
          return (!free && is.join() !== was.join()) || !(length === 0 || Math.abs(length - 1) < 1e-6)
        })
        expect(wrong).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('is taken back by the history to the last bit', () => {
    fc.assert(
      fc.property(maskedNormals, ({ map, mask }) => expectReversible(map, () => run(map, mask))),
      { numRuns: 30 },
    )
  })
})

describe('normals kernels', () => {
  it('refuse selections of another size and directions without length', () => {
    const map = createMap('vector', 3, 2)
    for (const { run } of KERNELS) expect(() => run(map, fullMask({ width: 2, height: 3 }))).toThrow('2x3')
    expect(() => setNormals(map, fullMask(map), [0, 0, 0])).toThrow('a direction needs a finite length')
  })

  it('flip each axis, and twice is nothing', () => {
    fc.assert(
      fc.property(maskedNormals, fc.constantFrom(...AXES), ({ map, mask }, axis) => {
        const before = map.data.slice()
        flipNormals(map, mask, axis)
        const flipped = before.map((value, i) =>
          mask.data[Math.floor(i / 3)] === 1 && i % 3 === AXES.indexOf(axis) ? 0 - value : value,
        )
        expect(map.data).toEqual(flipped)
        flipNormals(map, mask, axis)
        expect([...map.data]).toEqual([...before])
      }),
    )
  })

  it('re-normalise what has a length and drop what has none', () => {
    const map = createMap('vector', 3, 1)
    map.data.set([0, 3, 4, NaN, 0, 1, 1e-30, 0, 0])
    renormalise(map, fullMask(map))
    expect([...map.data]).toEqual([0, Math.fround(0.6), Math.fround(0.8), 0, 0, 0, 1, 0, 0])
  })

  it('keep a pixel whose neighbours cancel', () => {
    const map = createMap('vector', 2, 1)
    map.data.set([1, 0, 0, -1, 0, 0])
    const mask = createMask(map, Uint8Array.from([1, 0]))
    // Equal weights: a width so large that both pixels count alike.
    smoothNormals(map, mask, 50)
    expect(angleBetween(normalAt(map.data, 0), [1, 0, 0])).toBe(0)
  })

  it('find the mean of one surface, and with the robust one despite 30 % of another', () => {
    fc.assert(
      fc.property(directions, (direction) => {
        const map = createMap('vector', 20, 10)
        setNormals(map, fullMask(map), direction)
        const whole = fullMask(map)
        expect(meanDirection(map, whole, false).spread).toBeLessThan(1e-4)
        const other: Vec3 = [direction[1], direction[2], -direction[0]]
        fc.pre(angleBetween(other, direction) > 30 && angleBetween(other, direction) < 150)
        setNormals(
          map,
          createMask(
            map,
            Uint8Array.from(whole.data, (_, at) => (at % 10 < 3 ? 1 : 0)),
          ),
          other,
        )
        expect(angleBetween(meanDirection(map, whole, false).direction, direction)).toBeGreaterThan(5)
        expect(angleBetween(meanDirection(map, whole, true).direction, direction)).toBeLessThan(0.01)
      }),
    )
    const opposite = createMap('vector', 2, 1)
    opposite.data.set([0, 0, 1, 0, 0, -1])
    expect(() => meanDirection(opposite, fullMask(opposite), false)).toThrow('no mean: 2 pixels')
    expect(() => meanDirection(opposite, createMask(opposite), true)).toThrow('0 pixels')
  })

  it('agree on a plane: from depth, through three points, and by its fit', () => {
    const slants = fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }))
    fc.assert(
      fc.property(
        slants,
        fc.integer({ min: 40, max: 90 }),
        fc.constantFrom(1, 2, 4),
        ([p, q], degrees, radius) => {
          const truth = unit([p / 10, q / 10, 1])!
          const depth = planeDepths(24, 18, degrees, truth, 2)
          fc.pre(depth.data.every((z) => z > 0 && z < 50))
          const camera = intrinsicsFromFieldOfView(depth, degrees)
          const map = createMap('vector', 24, 18)
          expect(normalsFromDepth(map, fullMask(map), depth, camera, { radius, step: 10 })).toBe(0)
          const angles = Array.from(depth.data, (_, at) => angleBetween(normalAt(map.data, at), truth))
          expect(Math.max(...angles)).toBeLessThan(0.05)
          const points = normalOfPoints(depth, camera, [
            { x: 1, y: 2 },
            { x: 20, y: 3 },
            { x: 9, y: 16 },
          ])
          expect(angleBetween(points, truth)).toBeLessThan(0.01)
          expect(
            angleBetween(directionOfDepth(depth, fullMask(depth), camera, false).direction, truth),
          ).toBeLessThan(0.01)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('do not round off a step in depth, and keep pixels that show no surface', () => {
    const depth = createMap('scalar', 12, 6)
    depth.data.forEach((_, at) => (depth.data[at] = at % 12 < 6 ? 1 : 2))
    depth.data.fill(0, 0, 12)
    const map = createMap('vector', 12, 6)
    const camera = intrinsicsFromFieldOfView(depth, 60)
    expect(normalsFromDepth(map, fullMask(map), depth, camera, { radius: 2, step: 0.05 })).toBe(12)
    for (let at = 12; at < 72; at++)
      expect(angleBetween(normalAt(map.data, at), [0, 0, 1])).toBeLessThan(1e-4)
    depth.data.fill(0)
    depth.data.fill(3, 24, 36)
    expect(normalsFromDepth(map, fullMask(map), depth, camera, { radius: 3, step: 0.05 })).toBe(72)
  })

  it('name the point that has no depth, and points in one line', () => {
    const depth = planeDepths(10, 10, 60, [0, 0, 1], 2)
    depth.data[23] = 0
    const camera = intrinsicsFromFieldOfView(depth, 60)
    const to = (x: number, y: number): { x: number; y: number } => ({ x, y })
    expect(() => normalOfPoints(depth, camera, [to(0, 0), to(3, 2), to(5, 9)])).toThrow('pixel 3, 2')
    expect(() => normalOfPoints(depth, camera, [to(0, 0), to(10, 2), to(5, 9)])).toThrow('pixel 10, 2')
    expect(() => normalOfPoints(depth, camera, [to(0, 0), to(4, 4), to(8, 8)])).toThrow('one line')
  })
})
