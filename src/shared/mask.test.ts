import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areaOf,
  combine,
  COMBINE_MODES,
  createMask,
  fullMask,
  growMask,
  invertMask,
  maskFromSpans,
  maskSpans,
  shrinkMask,
  type Mask,
} from './mask'
import type { PixelRect } from './space'

const sizes = fc.record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
const ones = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: length, maxLength: length })
const masks = sizes.chain((size) =>
  ones(size.width * size.height).map((bits) => createMask(size, Uint8Array.from(bits))),
)
const pairs = sizes.chain((size) =>
  fc
    .tuple(ones(size.width * size.height), ones(size.width * size.height))
    .map(([a, b]) => [createMask(size, Uint8Array.from(a)), createMask(size, Uint8Array.from(b))] as const),
)

/** The definition, pixel by pixel. */
function box(mask: Mask): PixelRect | null {
  const at = [...mask.data.keys()].filter((index) => mask.data[index] === 1)
  if (at.length === 0) return null
  const xs = at.map((index) => index % mask.width)
  const ys = at.map((index) => Math.floor(index / mask.width))
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 }
}

function expectMask(mask: Mask, wanted: (x: number, y: number) => boolean): void {
  const bits = [...mask.data.keys()].map((at) =>
    wanted(at % mask.width, Math.floor(at / mask.width)) ? 1 : 0,
  )
  expect([...mask.data]).toEqual(bits)
  expect(mask.bounds).toEqual(box(mask))
}
const bit = (mask: Mask, x: number, y: number): boolean => mask.data[y * mask.width + x] === 1

describe('masks', () => {
  it('are empty, full or as drawn', () => {
    expect(createMask({ width: 3, height: 2 })).toMatchObject({ bounds: null })
    expect(areaOf(fullMask({ width: 3, height: 2 }))).toBe(6)
    expect(() => createMask({ width: 3, height: 2 }, new Uint8Array(5))).toThrow(
      'a 3x2 mask needs 6 bytes, found 5',
    )
    const mask = maskFromSpans({ width: 4, height: 3 }, (visit) => {
      visit(-1, 0, 4)
      visit(1, -2, 2)
      visit(2, 3, 9)
      visit(0, 4, 8)
    })
    expectMask(mask, (x, y) => (y === 1 && x < 2) || (y === 2 && x === 3))
  })

  it('combine as sets', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...COMBINE_MODES), ([a, b], mode) => {
        const [before, after] = [a.data.slice(), b.data.slice()]
        expectMask(combine(a, b, mode), (x, y) => {
          const [p, q] = [bit(a, x, y), bit(b, x, y)]
          return { replace: q, add: p || q, subtract: p && !q, intersect: p && q }[mode]
        })
        expect(a.data).toEqual(before)
        expect(b.data).toEqual(after)
      }),
    )
    expect(() =>
      combine(createMask({ width: 1, height: 2 }), createMask({ width: 2, height: 1 }), 'add'),
    ).toThrow('a 2x1 selection cannot be combined with one of 1x2')
  })

  it('invert, count and come back from their runs', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        expectMask(invertMask(mask), (x, y) => !bit(mask, x, y))
        expect(areaOf(mask)).toBe(mask.data.reduce((sum, one) => sum + one, 0))
        expect(maskFromSpans(mask, (visit) => maskSpans(mask, visit))).toEqual(mask)
      }),
    )
  })

  it('grow and shrink by a disc, exactly', () => {
    const near = (mask: Mask, x: number, y: number, radius: number, value: boolean): boolean =>
      [...mask.data.keys()].some((at) => {
        const [u, v] = [at % mask.width, Math.floor(at / mask.width)]
        return bit(mask, u, v) === value && (u - x) ** 2 + (v - y) ** 2 <= radius * radius
      })
    fc.assert(
      fc.property(masks, fc.constantFrom(0, 1, 1.5, 2, 3, 5, 40), (mask, radius) => {
        expectMask(growMask(mask, radius), (x, y) => near(mask, x, y, radius, true))
        expectMask(shrinkMask(mask, radius), (x, y) => bit(mask, x, y) && !near(mask, x, y, radius, false))
      }),
    )
  })
})
