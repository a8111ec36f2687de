import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint } from '../space'
import { polygonMask, rectangleMask } from './shapes'

const size = { width: 24, height: 20 }

/** The definition for one pixel: edges that cross the row of its centre at or left of it, counted with exact integers. */
function inside(points: readonly ImagePoint[], column: number, row: number): boolean {
  const grid = (value: number): bigint => BigInt(Math.round(value * 256))
  const [x, y] = [grid(column + 0.5), grid(row + 0.5)]
  let odd = false
  points.forEach((a, index) => {
    const b = points[(index + 1) % points.length]!
    const [x0, y0, x1, y1] = [grid(a.x), grid(a.y), grid(b.x), grid(b.y)]
    if (y0 <= y === y1 <= y) return
    const [dy, right] = [y1 - y0, (x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)]
    if (dy > 0n ? right >= 0n : right <= 0n) odd = !odd
  })
  return odd
}

const free = fc.double({ min: -8, max: 32, noNaN: true })
/** Corners and centres of pixels, where ties are. */
const half = fc.integer({ min: -8, max: 60 }).map((value) => value / 2)
const polygon = (coordinate: fc.Arbitrary<number>): fc.Arbitrary<ImagePoint[]> =>
  fc.array(fc.record({ x: coordinate, y: coordinate }), { maxLength: 12 })

describe('polygonMask', () => {
  it('holds exactly the pixels whose centre is inside by the even-odd rule', () => {
    fc.assert(
      fc.property(fc.oneof(polygon(free), polygon(half)), (points) => {
        const { data } = polygonMask(points, size)
        const wanted = [...data.keys()].map((at) =>
          inside(points, at % size.width, Math.floor(at / size.width)) ? 1 : 0,
        )
        expect([...data]).toEqual(wanted)
      }),
      { numRuns: 300 },
    )
  })

  it('tiles the plane: two halves of a polygon share no pixel and leave none out', () => {
    fc.assert(
      fc.property(half, half, half, half, (x, y, u, v) => {
        const [a, b, c, d] = [
          { x: -9, y: -9 },
          { x, y },
          { x: 40, y: 40 },
          { x: u, y: v },
        ] as const
        const left = polygonMask([a, b, c], size).data
        const right = polygonMask([a, c, d], size).data
        const whole = polygonMask([a, b, c, d], size).data
        expect([...left].map((bit, at) => bit ^ right[at]!)).toEqual([...whole])
      }),
    )
  })

  it('keeps pixel rectangles as they are and ignores a line', () => {
    const square = [
      { x: 2, y: 3 },
      { x: 6, y: 3 },
      { x: 6, y: 5 },
      { x: 2, y: 5 },
    ]
    expect(polygonMask(square, size)).toEqual(rectangleMask({ x: 5, y: 4 }, { x: 2, y: 3 }, size))
    expect(polygonMask(square.slice(0, 2), size).bounds).toBeNull()
  })

  it('sorts a row that many edges cross', () => {
    const comb = Array.from({ length: 80 }, (_, at) => ({ x: (at * 7) % 23, y: at % 2 === 0 ? -1 : 21 }))
    const { data } = polygonMask(comb, size)
    for (let at = 0; at < data.length; at++)
      expect(data[at] === 1).toBe(inside(comb, at % size.width, Math.floor(at / size.width)))
  })
})

describe('rectangleMask', () => {
  it('is cut at the photo', () => {
    expect(rectangleMask({ x: -4, y: 18 }, { x: 1, y: 30 }, size).bounds).toEqual({
      x: 0,
      y: 18,
      width: 2,
      height: 2,
    })
    expect(rectangleMask({ x: 30, y: 3 }, { x: 40, y: 4 }, size).bounds).toBeNull()
  })
})
