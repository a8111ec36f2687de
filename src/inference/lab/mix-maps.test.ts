import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mixMaps } from './mix-maps'

const number = fc.float({ min: 0, max: 1, noNaN: true })

describe('mixing maps', () => {
  it('is the sum of every map times its weight', async () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 1, max: 9 }),
    )
    const all = fc.array(number, { minLength: 600, maxLength: 600 })
    await fc.assert(
      fc.asyncProperty(shape, all, async ([tasks, queries, pixels], values) => {
        const weights = Float32Array.from(values.slice(0, tasks * queries))
        const maps = Float32Array.from(values.slice(60, 60 + tasks * queries * pixels))
        const found = await mixMaps(maps, weights, tasks)
        expect(found).toHaveLength(tasks * pixels)
        found.forEach((value, at) => {
          const [task, pixel] = [Math.floor(at / pixels), at % pixels]
          let sum = 0
          for (let query = 0; query < queries; query++)
            sum += weights[task * queries + query]! * maps[(task * queries + query) * pixels + pixel]!
          expect(value).toBeCloseTo(sum, 5)
        })
      }),
      { numRuns: 60 },
    )
  })
})
