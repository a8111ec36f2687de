import { expect, it } from 'vitest'
import { rampRgb } from '../ramp'
import { thumbPixels } from './thumb'

const map = (rect: {
  x: number
  y: number
  width: number
  height: number
}): Parameters<typeof thumbPixels>[0] => ({
  header: { width: 4, height: 3, imageRect: rect },
  data: Float32Array.from([9, 9, 9, 9, 9, 0, 0.2, 9, 9, 0.1, 0.4, 9]),
})

it('shows the cells under the photo alone, from zero to their own largest weight', () => {
  const { width, height, pixels } = thumbPixels(map({ x: 1, y: 1, width: 2, height: 2 }))
  expect([width, height]).toEqual([2, 2])
  const expected = [0, 0.5, 0.25, 1].flatMap((share) => [...rampRgb(Math.sqrt(share)), 255])
  expect([...pixels]).toEqual(expected)
})

it('stays on the grid when the photo reaches over it', () => {
  const { width, height } = thumbPixels(map({ x: -0.4, y: -0.4, width: 9, height: 9 }))
  expect([width, height]).toEqual([4, 3])
})

it('is black where there is no attention at all', () => {
  const zero = { ...map({ x: 0, y: 0, width: 4, height: 3 }), data: new Float32Array(12) }
  expect([...thumbPixels(zero).pixels.slice(0, 4)]).toEqual([...rampRgb(0), 255])
})
