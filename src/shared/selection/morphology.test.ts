import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { masks } from '../../../test/support/arbitrary-maps'
import { areaOf, createMask, growMask, invertMask, type Mask } from '../mask'
import { floodMask } from './flood'
import { closeMask, holesOf, largestPart } from './morphology'

/** The region of equal bits around every pixel. */
const regionAt = (mask: Mask, at: number): Mask =>
  floodMask(mask.data, mask, { x: at % mask.width, y: Math.floor(at / mask.width) })

describe('morphology of selections', () => {
  it('finds holes: unselected regions that do not touch the rim', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(1, 2, Infinity), (mask, largest) => {
        const holes = holesOf(mask, largest)
        mask.data.forEach((bit, at) => {
          const region = regionAt(mask, at)
          const { x, y, width, height } = region.bounds!
          const open = x === 0 || y === 0 || x + width === mask.width || y + height === mask.height
          expect(holes.data[at]).toBe(bit === 0 && !open && areaOf(region) <= largest ? 1 : 0)
        })
        expect(holes).toEqual(createMask(mask, holes.data))
      }),
    )
  })

  it('keeps the largest part only', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const kept = largestPart(mask)
        const parts = [...mask.data.keys()]
          .filter((at) => mask.data[at] === 1)
          .map((at) => regionAt(mask, at))
        const largest = parts.reduce<Mask | null>((a, b) => (a && areaOf(a) >= areaOf(b) ? a : b), null)
        expect(kept).toEqual(largest ?? createMask(mask))
      }),
    )
  })

  it('closes without losing or reaching out', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(1, 2, 3.5), (mask, radius) => {
        const closed = closeMask(mask, radius)
        mask.data.forEach((bit, at) => expect(closed.data[at]! >= bit).toBe(true))
        // Closing again changes nothing, and what was closed lies within the radius of what was there.
        expect(closeMask(closed, radius)).toEqual(closed)
        const far = invertMask(growMask(mask, radius))
        closed.data.forEach((bit, at) => expect(bit === 1 && far.data[at] === 1).toBe(false))
      }),
    )
  })
})
