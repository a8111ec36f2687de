import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { masks } from '../../../test/support/arbitrary-maps'
import { createMask, maskFromSpans, type Mask } from '../mask'
import { contoursOf } from './contour'
import { polygonMask } from './shapes'

/** Every unit edge between selected and not, from the pixels alone. */
function edges(mask: Mask): string[] {
  const on = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.data[y * mask.width + x] === 1
  const found: string[] = []
  for (let y = 0; y <= mask.height; y++)
    for (let x = 0; x <= mask.width; x++) {
      if (on(x, y) !== on(x, y - 1)) found.push(on(x, y) ? `${x},${y} east` : `${x + 1},${y} west`)
      if (on(x, y) !== on(x - 1, y)) found.push(on(x, y) ? `${x},${y + 1} north` : `${x},${y} south`)
    }
  return found.sort()
}

function unitEdges(loop: Int32Array): string[] {
  const found: string[] = []
  for (let at = 0; at < loop.length; at += 2) {
    let [x, y] = [loop[at]!, loop[at + 1]!]
    const [toX, toY] = [loop[(at + 2) % loop.length]!, loop[(at + 3) % loop.length]!]
    const [dx, dy] = [Math.sign(toX - x), Math.sign(toY - y)]
    for (; x !== toX || y !== toY; x += dx, y += dy)
      found.push(`${x},${y} ${dx === 1 ? 'east' : dx === -1 ? 'west' : dy === 1 ? 'south' : 'north'}`)
  }
  return found
}

describe('contoursOf', () => {
  it('walks every edge of the selection once, with the selection on its right', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        expect(contoursOf(mask).flatMap(unitEdges).sort()).toEqual(edges(mask))
      }),
      { numRuns: 300 },
    )
  })

  it('draws the selection again when its loops are filled', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const filled = new Uint8Array(mask.data.length)
        for (const loop of contoursOf(mask)) {
          const points = Array.from({ length: loop.length / 2 }, (_, at) => ({
            x: loop[2 * at]!,
            y: loop[2 * at + 1]!,
          }))
          polygonMask(points, mask).data.forEach((bit, at) => (filled[at]! ^= bit))
        }
        expect([...filled]).toEqual([...mask.data])
      }),
    )
  })

  it('keeps corners only', () => {
    const mask = maskFromSpans({ width: 9, height: 9 }, (visit) => {
      visit(2, 1, 7)
      visit(3, 1, 7)
    })
    expect(contoursOf(mask)).toEqual([Int32Array.of(7, 2, 7, 4, 1, 4, 1, 2)])
    expect(contoursOf(createMask({ width: 2, height: 2 }))).toEqual([])
  })
})
