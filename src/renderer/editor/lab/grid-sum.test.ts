import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LabMap } from '../../api/lab-map'
import { sumOnFinest } from './grid-sum'

function map(width: number, height: number, data: readonly number[]): LabMap {
  const imageRect = { x: 0, y: 0, width, height }
  return LabMap.ofValues({ width, height, imageRect }, Float32Array.from(data), Math.max(...data))
}
const sum = (data: Iterable<number>): number => [...data].reduce((a, b) => a + b, 0)

it('spreads a coarse cell evenly over the fine cells it covers', () => {
  const total = sumOnFinest([map(2, 1, [0.4, 0.8]), map(4, 2, [0, 0, 0, 0.5, 0, 0, 0, 0])])
  expect(total?.header).toMatchObject({ width: 4, height: 2 })
  const expected = [0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.2, 0.2]
  expected.forEach((value, at) => expect(total?.data[at]).toBeCloseTo(value, 6))
  expect(total?.max).toBeCloseTo(0.7, 6)
})

it('keeps the total of grids that divide one another', () => {
  const values = (n: number): fc.Arbitrary<number[]> =>
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n, maxLength: n })
  fc.assert(
    fc.property(values(48), values(12), values(3), (fine, middle, coarse) => {
      const total = sumOnFinest([map(3, 1, coarse), map(12, 4, fine), map(6, 2, middle)])
      expect(sum(total?.data ?? [])).toBeCloseTo(sum(fine) + sum(middle) + sum(coarse), 4)
    }),
  )
})

it('leaves one map as it is and makes none of none', () => {
  const one = map(2, 1, [1, 2])
  expect(sumOnFinest([one])).toBe(one)
  expect(sumOnFinest([])).toBeNull()
})
