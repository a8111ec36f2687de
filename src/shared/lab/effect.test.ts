import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMap, mapFromBytes, type DenseMap } from '../maps'
import { effectOf } from './effect'

const floats = (kind: 'scalar' | 'vector' | 'probability', ...values: number[]): DenseMap =>
  mapFromBytes(
    kind,
    values.length / (kind === 'vector' ? 3 : 1),
    1,
    new Uint8Array(Float32Array.from(values).buffer),
  )

describe('the effect of an intervention', () => {
  it('is the share of pixels whose class changes, 255 being a class like any other here', () => {
    const before = mapFromBytes('class', 4, 1, Uint8Array.of(1, 2, 255, 3))
    const after = mapFromBytes('class', 4, 1, Uint8Array.of(1, 3, 3, 3))
    expect(effectOf(before, after)).toBe(0.5)
    expect(effectOf(before, after, [1, 1, 0, 0])).toBe(0.5)
    expect(effectOf(before, after, [0, 1, 1, 0])).toBe(1)
    expect(effectOf(before, after, [0, 0, 0, 0])).toBeNull()
  })

  it('is the mean absolute change of metres and probabilities; a predicted 0 counts', () => {
    expect(effectOf(floats('scalar', 0, 2, 4), floats('scalar', 3, 2, 1))).toBe(2)
    expect(effectOf(floats('probability', 0.25, 1), floats('probability', 0.75, 1))).toBe(0.25)
  })

  it('is the mean angle of directions, exact for small ones, without zero vectors', () => {
    const small = 1e-4
    expect(
      effectOf(floats('vector', 0, 0, 1, 1, 0, 0, 0, 0, 0), floats('vector', small, 0, 1, 0, 1, 0, 0, 0, 1)),
    ).toBeCloseTo((90 + (Math.atan(small) * 180) / Math.PI) / 2, 6)
    expect(effectOf(createMap('vector', 2, 1), createMap('vector', 2, 1))).toBeNull()
  })

  it('is 0 for the same prediction and the same both ways', () => {
    const map = fc
      .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 24, maxLength: 24 })
      .map((values) => floats('vector', ...values))
    fc.assert(
      fc.property(map, map, (a, b) => {
        expect(effectOf(a, a) ?? 0).toBe(0)
        expect(effectOf(a, b)).toEqual(effectOf(b, a))
      }),
    )
  })

  it('refuses maps that cannot be compared', () => {
    expect(() => effectOf(createMap('scalar', 2, 2), createMap('scalar', 2, 3))).toThrow('2x2 scalar')
    expect(() => effectOf(createMap('scalar', 2, 2), createMap('class', 2, 2))).toThrow('2x2 class')
    expect(() => effectOf(createMap('scalar', 2, 2), createMap('scalar', 2, 2), [1])).toThrow('1 pixels')
  })
})
