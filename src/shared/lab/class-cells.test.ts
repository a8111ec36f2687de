import { expect, it } from 'vitest'
import { mapFromBytes } from '../maps'
import { classCells, classesUnder } from './class-cells'
import { thumbnailOf } from './thumbnail'

it('shares a map’s weight over the classes below it', () => {
  // Four pixels in the left two of three cells; the third is padding.
  const map = mapFromBytes('class', 4, 1, Uint8Array.of(1, 2, 2, 255))
  if (map.kind !== 'class') throw new Error('not a class map')
  const cells = classCells(map, { width: 3, height: 1, imageRect: { x: 0, y: 0, width: 2, height: 1 } })
  expect(classesUnder(cells, Float32Array.of(1, 4, 100))).toEqual([
    { index: 2, share: 5 / 6, pixels: 1 },
    { index: 1, share: 1 / 6, pixels: 0 },
  ])
  expect(classesUnder(cells, new Float32Array(3))).toEqual([])
})

it('makes a map small by averaging whole cells, those at the border what is there', () => {
  const map = new Float32Array(81 * 2).fill(1)
  map[80] = 3
  map[161] = 3
  const imageRect = { x: 3, y: 0, width: 78, height: 2 }
  const { header, data } = thumbnailOf(map, { width: 81, height: 2, imageRect })
  expect(header).toEqual({ width: 27, height: 1, imageRect: { x: 1, y: 0, width: 26, height: 2 / 3 } })
  expect([data[0], data[25], data[26]]).toEqual([153, 153, 255])
})
