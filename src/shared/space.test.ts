import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addRect, type PixelRect } from './space'

const side = fc.integer({ min: 1, max: 20 })
const rects = fc.array(fc.record({ x: fc.nat(40), y: fc.nat(40), width: side, height: side }), {
  maxLength: 12,
})

function cells(list: readonly PixelRect[]): Set<string> {
  const found = new Set<string>()
  for (const { x, y, width, height } of list)
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) found.add(`${column},${row}`)
  return found
}
const add = (list: readonly PixelRect[]): readonly PixelRect[] =>
  list.reduce<readonly PixelRect[]>((sum, rect) => addRect(sum, rect, 4), [])

describe('addRect', () => {
  it('covers everything that was added with at most so many rectangles', () => {
    fc.assert(
      fc.property(rects, (list) => {
        const parts = add(list)
        expect(parts.length).toBeLessThanOrEqual(4)
        const covered = cells(parts)
        for (const cell of cells(list)) expect(covered.has(cell)).toBe(true)
      }),
    )
  })

  it('joins what lies side by side and keeps apart what does not', () => {
    const tile = (x: number, y: number): PixelRect => ({ x, y, width: 64, height: 64 })
    expect(add([tile(0, 0), tile(64, 0), tile(128, 0)])).toEqual([{ x: 0, y: 0, width: 192, height: 64 }])
    expect(add([tile(0, 0), tile(640, 640)])).toEqual([tile(0, 0), tile(640, 640)])
  })
})
