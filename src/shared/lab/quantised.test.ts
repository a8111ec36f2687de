import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Quantised } from './quantised'

it('keeps each value within a share of its row’s largest that falls with the value', () => {
  // As of a softmax: the largest of a row is at least 1 / length, whatever the others fall to.
  const peak = fc.float({ min: Math.fround(1 / 6), max: 1, noNaN: true })
  const others = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 })
  const row = fc.tuple(peak, others).map(([first, rest]) => [first, ...rest])
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      const kept = new Quantised(Float32Array.from(rows.flat()), 6)
      rows.forEach((values, index) => {
        const found = new Float32Array(8)
        kept.read(index, found, 1)
        const largest = Math.max(...values)
        values.forEach((value, at) => {
          const bound = 1.6e-5 * Math.sqrt(value * largest) + 1e-10 * largest
          expect(Math.abs(found[at + 1]! - value)).toBeLessThanOrEqual(bound + 1e-7 * value)
        })
        expect([found[0], found[7]]).toEqual([0, 0])
      })
    }),
  )
})

it('takes half the memory', () => {
  expect(new Quantised(new Float32Array(1000), 100).bytes).toBe(2 * 1000 + 4 * 10)
})
