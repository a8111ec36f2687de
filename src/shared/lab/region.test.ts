import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as v from 'valibot'
import { createMask } from '../mask'
import { maskOfRegion, regionOf, regionSchema } from './region'

it('carries a selection exactly', () => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(
      size.chain((s) =>
        fc.tuple(
          fc.constant(s),
          fc.uint8Array({ min: 0, max: 1, minLength: s.width * s.height, maxLength: s.width * s.height }),
        ),
      ),
      ([s, bits]) => {
        fc.pre(bits.includes(1))
        const mask = createMask(s, Uint8Array.from(bits))
        const sent: unknown = JSON.parse(JSON.stringify(regionOf(mask)))
        expect(maskOfRegion(v.parse(regionSchema, sent), s)).toEqual(mask)
      },
    ),
  )
})

it('refuses an empty selection, one of another photo, and runs that do not fill the box', () => {
  const size = { width: 4, height: 3 }
  expect(() => regionOf(createMask(size))).toThrow('empty')
  const region = { ...size, bounds: { x: 1, y: 1, width: 2, height: 2 }, runs: [1, 3] }
  expect(maskOfRegion(region, size).data.reduce((a, b) => a + b)).toBe(3)
  expect(() => maskOfRegion(region, { width: 3, height: 4 })).toThrow('4x3')
  expect(() => maskOfRegion({ ...region, runs: [1, 2] }, size)).toThrow('cover 3 pixels')
  expect(() => maskOfRegion({ ...region, runs: [0, 2 ** 31] }, size)).toThrow('cover')
  expect(() => maskOfRegion({ ...region, bounds: { x: 3, y: 1, width: 2, height: 2 } }, size)).toThrow('runs')
})
