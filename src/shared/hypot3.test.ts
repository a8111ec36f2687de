import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypot3 } from './hypot3'

describe('hypot3', () => {
  it('is Math.hypot, bit for bit', () => {
    const part = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, min: -2, max: 2 }),
    )
    fc.assert(
      fc.property(part, part, part, (x, y, z) => {
        expect(hypot3(x, y, z)).toBe(Math.hypot(x, y, z))
      }),
      { numRuns: 3000 },
    )
    expect([hypot3(0, 0, 0), hypot3(-0, 0, -0), hypot3(-3, 0, 4)]).toEqual([0, 0, 5])
  })
})
