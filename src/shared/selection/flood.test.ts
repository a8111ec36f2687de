import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMask } from '../mask'
import { floodMask, type Connectivity } from './flood'

const planes = fc
  .record({ width: fc.integer({ min: 1, max: 16 }), height: fc.integer({ min: 1, max: 16 }) })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      plane: fc
        .array(fc.constantFrom(0, 0, 7, 255), {
          minLength: size.width * size.height,
          maxLength: size.width * size.height,
        })
        .map((values) => Uint8Array.from(values)),
      seed: fc.record({ x: fc.integer({ min: -1, max: 16 }), y: fc.integer({ min: -1, max: 16 }) }),
      connectivity: fc.constantFrom<Connectivity>(4, 8),
    }),
  )

describe('floodMask', () => {
  it('reaches exactly what one step after another reaches', () => {
    fc.assert(
      fc.property(planes, ({ size, plane, seed, connectivity }) => {
        const wanted = new Uint8Array(plane.length)
        const value = plane[seed.y * size.width + seed.x]
        const visit = (x: number, y: number): void => {
          const at = y * size.width + x
          if (x < 0 || y < 0 || x >= size.width || y >= size.height) return
          if (wanted[at] === 1 || plane[at] !== value) return
          wanted[at] = 1
          for (const [dx, dy] of [
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -1],
          ] as const)
            visit(x + dx, y + dy)
          if (connectivity === 8) for (const dx of [-1, 1]) for (const dy of [-1, 1]) visit(x + dx, y + dy)
        }
        visit(seed.x, seed.y)
        expect(floodMask(plane, size, seed, connectivity)).toEqual(createMask(size, wanted))
      }),
      { numRuns: 400 },
    )
  })
})
