import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LabMap } from '../types'
import { colourEnd, endWords } from './colour-end'

const map = (data: readonly number[]): LabMap => {
  const floats = Float32Array.from(data)
  const header = { width: data.length, height: 1, imageRect: { x: 0, y: 0, width: data.length, height: 1 } }
  return LabMap.ofValues(header, floats, Math.max(...floats))
}

it('lies just above all but the strongest half percent of the cells', () => {
  const values = fc.array(fc.float({ min: Math.fround(1e-3), max: 1, noNaN: true }), {
    minLength: 400,
    maxLength: 900,
  })
  fc.assert(
    fc.property(values, (cells) => {
      const end = colourEnd([map(cells.slice(0, 200)), map(cells.slice(200))])
      // Values are looked at as codes, which lie half of 1 / 65535 around their root.
      const above = cells.filter((value) => Math.sqrt(value) > Math.sqrt(end) + 1 / 65_535).length
      expect(above).toBeLessThanOrEqual(cells.length * 0.005)
      const next = [...cells].sort((a, b) => b - a)[Math.floor(cells.length * 0.005)]!
      expect(Math.sqrt(end) - Math.sqrt(next)).toBeLessThan(0.002)
    }),
  )
})

it('is the largest value where nearly everything is zero, and zero where all is', () => {
  expect(colourEnd([map([...new Array<number>(999).fill(0), 0.5])])).toBe(0.5)
  expect(colourEnd([map([0, 0])])).toBe(0)
})

it('is said to be open above', () => {
  expect(endWords(0.01234)).toBe('≥1.2 % a cell')
  expect(endWords(0)).toBe('0 % a cell')
})
