import { expect, it } from 'vitest'
import { LabMap } from './lab-map'

const header = { width: 3, height: 1, imageRect: { x: 0, y: 0, width: 3, height: 1 } }

it('gives values and codes of either kind of map', () => {
  const values = LabMap.ofValues(header, Float32Array.of(0, 0.125, 0.5), 0.5)
  expect([...values.codes]).toEqual([0, 32_768, 65_535])
  expect([...values.data]).toEqual([0, 0.125, 0.5])

  const codes = LabMap.ofCodes(header, Uint16Array.of(0, 32_768, 65_535), 0.5)
  expect([...codes.codes]).toEqual([0, 32_768, 65_535])
  codes.data.forEach((value, at) => expect(value).toBeCloseTo(values.data[at]!, 5))
})

it('is black where nothing lies', () => {
  expect([...LabMap.ofValues(header, new Float32Array(3), 0).codes]).toEqual([0, 0, 0])
})
