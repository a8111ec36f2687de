import { expect, it } from 'vitest'
import { paintSphere } from './sphere'

const SIZE = 101
const pixels = paintSphere(SIZE)
const at = (column: number, row: number): number[] => [
  ...pixels.slice((row * SIZE + column) * 4, (row * SIZE + column) * 4 + 4),
]

it('has the colour of +z in the middle and is transparent in the corners', () => {
  expect(at(50, 50)).toEqual([128, 128, 255, 255])
  expect(at(0, 0)).toEqual([0, 0, 0, 0])
})

it('has x grow to the right and y upwards', () => {
  const [red, , ,] = at(100, 50)
  const [, green] = at(50, 0)
  expect(red).toBeGreaterThan(250)
  expect(green).toBeGreaterThan(250)
  expect(at(0, 50)[0]).toBeLessThan(5)
  expect(at(50, 100)[1]).toBeLessThan(5)
})
