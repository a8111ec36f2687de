import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { componentPlane, findComponents } from './components'
import { floodMask, type Connectivity } from './selection/flood'

describe('findComponents', () => {
  it('numbers the regions a flood fill from each pixel finds, in the order of their first pixel', () => {
    const planes = fc
      .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
      .chain((size) =>
        fc.tuple(
          fc.constant(size),
          fc.array(fc.constantFrom(0, 0, 3, 255), {
            minLength: size.width * size.height,
            maxLength: size.width * size.height,
          }),
        ),
      )
    fc.assert(
      fc.property(planes, fc.constantFrom<Connectivity>(4, 8), ([size, values], connectivity) => {
        const plane = Uint8Array.from(values)
        const wanted = new Int32Array(plane.length).fill(-1)
        let count = 0
        for (let at = 0; at < plane.length; at++) {
          if (wanted[at] !== -1) continue
          const seed = { x: at % size.width, y: Math.floor(at / size.width) }
          floodMask(plane, size, seed, connectivity).data.forEach((bit, pixel) => {
            if (bit === 1) wanted[pixel] = count
          })
          count++
        }
        const found = findComponents(plane, size, connectivity)
        expect(found.count).toBe(count)
        expect(componentPlane(found, size.width)).toEqual(wanted)
        expect([...found.areas]).toEqual(
          Array.from({ length: count }, (_, id) => wanted.filter((other) => other === id).length),
        )
      }),
      { numRuns: 300 },
    )
  })
})
