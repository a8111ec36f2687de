import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskedDepths } from '../../../test/support/arbitrary-maps'
import { expectReversible } from '../../../test/support/kernel-checks'
import { cloneMap, createMap, type ScalarMap } from '../maps'
import { createMask, fullMask, type Mask } from '../mask'
import { alignDepth } from './align'
import { cloneDepth, levelAtRim, shiftDepth } from './clone'
import { fillDepth } from './fill'
import { applyDepthPlane } from './plane'
import { rescaleDepth } from './rescale'
import { invalidateDepth, setDepth } from './set'
import { smoothDepth } from './smooth'

function scalar(width: number, values: readonly number[]): ScalarMap {
  const map = createMap('scalar', width, values.length / width)
  map.data.set(values)
  return map
}

/** Every kernel with its parameters fixed, and whether it may give a depth to a pixel that had none. */
const KERNELS: readonly { name: string; fills: boolean; run: (map: ScalarMap, mask: Mask) => unknown }[] = [
  { name: 'set', fills: true, run: (map, mask) => setDepth(map, mask, 2.5) },
  { name: 'mark invalid', fills: false, run: invalidateDepth },
  { name: 'lower', fills: false, run: (map, mask) => rescaleDepth(map, mask, 1, -1.5) },
  { name: 'scale', fills: false, run: (map, mask) => rescaleDepth(map, mask, 1.1, 0) },
  { name: 'smooth', fills: false, run: (map, mask) => smoothDepth(map, mask, 1.2) },
  { name: 'smooth inside', fills: false, run: (map, mask) => smoothDepth(map, mask, 1.2, mask) },
  { name: 'clone', fills: true, run: (map, mask) => cloneDepth(map, mask, shiftDepth(map, 2, -1), -0.3) },
  { name: 'fill holes', fills: true, run: (map, mask) => fillDepth(map, mask, 'holes') },
  { name: 'fill everything', fills: true, run: (map, mask) => fillDepth(map, mask, 'everything') },
  {
    name: 'plane',
    fills: false,
    run: (map, mask) => applyDepthPlane(map, mask, { model: 'space', a: 0.01, b: 0.02, c: 0.2 }, false),
  },
]

describe.each(KERNELS)('$name', ({ run, fills }) => {
  it('changes nothing outside the selection, fills only where it says so, and leaves only depths', () => {
    fc.assert(
      fc.property(maskedDepths, ({ map, mask }) => {
        const before = map.data.slice()
        run(map, mask)
        const wrong = [...map.data.keys()].filter((at) => {
          const after = map.data[at]!
          const free = mask.data[at] === 1 && (fills || before[at] !== 0)
          return (!free && after !== before[at]) || !(after >= 0 && after < Infinity)
        })
        expect(wrong).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('is taken back by the history to the last bit', () => {
    fc.assert(
      fc.property(maskedDepths, ({ map, mask }) => expectReversible(map, () => run(map, mask))),
      { numRuns: 30 },
    )
  })
})

describe('depth kernels', () => {
  it('refuse selections of another size and values that are no depth', () => {
    const map = createMap('scalar', 3, 2)
    const wrong = fullMask({ width: 2, height: 3 })
    for (const { run } of KERNELS) expect(() => run(map, wrong)).toThrow('2x3')
    const mask = fullMask(map)
    expect(() => setDepth(map, mask, 0)).toThrow('a depth is positive and finite, found 0 m')
    expect(() => rescaleDepth(map, mask, -1, 0)).toThrow('positive scale')
    expect(() => smoothDepth(map, mask, 0)).toThrow('sigma above 0')
  })

  it('raise and scale by the formula and leave what would pass the camera', () => {
    const map = scalar(4, [0, 0.5, 1, 3])
    expect(rescaleDepth(map, fullMask(map), 2, -1)).toBe(1)
    expect([...map.data]).toEqual([0, 0.5, 1, 5])
  })

  it('clone from the map as it was, shifted by the level, and keep what has no source', () => {
    const map = scalar(5, [1, 2, 0, 4, 5])
    const mask = createMask(map, Uint8Array.from([1, 1, 1, 1, 1]))
    expect(cloneDepth(map, mask, shiftDepth(map, 1, 0), 0.5)).toBe(2)
    expect([...map.data]).toEqual([2.5, 2, 4.5, 5.5, 5])
  })

  it('shift a map by whole pixels, unknown outside', () => {
    fc.assert(
      fc.property(
        maskedDepths,
        fc.integer({ min: -14, max: 14 }),
        fc.integer({ min: -14, max: 14 }),
        ({ map }, dx, dy) => {
          const { width, height, data } = map
          const wanted = data.map((_, at) => {
            const x = (at % width) + dx
            const y = Math.floor(at / width) + dy
            return x >= 0 && y >= 0 && x < width && y < height ? data[y * width + x]! : 0
          })
          expect(shiftDepth(map, dx, dy).data).toEqual(wanted)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('match the level of a clone at the rim', () => {
    // A patch of the upper row goes to the lower one, which is 2 m farther away.
    const map = scalar(5, [1, 1, 7, 2, 2, 3, 3, 0, 4, 4])
    const mask = createMask(map, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1, 0, 0]))
    // Left: 3 - 1, right: 4 - 2; above: 7 has no source.
    const source = shiftDepth(map, 0, -1)
    expect(levelAtRim(map, mask, source)).toBe(2)
    cloneDepth(map, mask, source, 2)
    expect(map.data[7]).toBe(9)
    expect(levelAtRim(map, fullMask(map), source)).toBeNull()
  })

  it('bring a selection back to the reference it was scaled and shifted from', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 8, noNaN: true }), { minLength: 12, maxLength: 60 }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (values, scale, shift) => {
          fc.pre(Math.max(...values) - Math.min(...values) > 1)
          const map = scalar(values.length, values)
          const reference = cloneMap(map) as ScalarMap
          const mask = fullMask(map)
          rescaleDepth(reference, mask, scale, shift)
          const found = alignDepth(map, reference, mask, 'scale and shift', false)
          expect(found.scale).toBeCloseTo(scale, 4)
          expect(found.shift).toBeCloseTo(shift, 4)
          expect(found.rms).toBeLessThan(1e-5)
        },
      ),
    )
  })

  it('align by one number, ignore outliers when asked, and refuse what cannot be aligned', () => {
    const values = Array.from({ length: 40 }, (_, i) => 1 + i / 10)
    const map = scalar(40, values)
    const reference = scalar(
      40,
      values.map((z, i) => (i % 4 === 0 ? 9 : 2 * z + 0.25)),
    )
    const mask = fullMask(map)
    const robust = alignDepth(map, reference, mask, 'scale and shift', true)
    expect(robust).toMatchObject({ pixels: 40, used: 0.75 })
    expect(robust.scale).toBeCloseTo(2, 5)
    expect(robust.shift).toBeCloseTo(0.25, 5)
    const shifted = scalar(
      40,
      values.map((z) => z + 0.5),
    )
    expect(alignDepth(shifted, map, mask, 'shift', false).shift).toBeCloseTo(-0.5, 6)
    expect(alignDepth(shifted, map, mask, 'shift', true).shift).toBeCloseTo(-0.5, 6)
    expect(
      alignDepth(
        scalar(
          40,
          values.map((z) => z / 4),
        ),
        map,
        mask,
        'scale',
        false,
      ).scale,
    ).toBeCloseTo(4, 5)
    const flat = scalar(
      40,
      values.map(() => 2),
    )
    expect(() => alignDepth(flat, map, mask, 'scale and shift', false)).toThrow('align by shift alone')
    const against = scalar(
      40,
      values.map((z) => 9 - z),
    )
    expect(() => alignDepth(against, map, mask, 'scale and shift', false)).toThrow('run against each other')
  })
})
