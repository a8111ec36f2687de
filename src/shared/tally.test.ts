import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMap, mapFromBytes, type ScalarMap } from './maps'
import { ClassTally, histogramOf, validRange } from './tally'

function scalars(values: number[]): ScalarMap {
  const map = createMap('scalar', values.length, 1)
  map.data.set(values)
  return map
}

describe('ClassTally', () => {
  it('counts what a full count would, after any changes', () => {
    const edit = fc.record({
      x: fc.nat(600),
      y: fc.nat(290),
      width: fc.integer({ min: 1, max: 100 }),
      height: fc.integer({ min: 1, max: 10 }),
      value: fc.nat(255),
    })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const map = createMap('class', 700, 300)
        const tally = new ClassTally(map)
        for (const { value, ...rect } of edits) {
          for (let y = rect.y; y < rect.y + rect.height; y++)
            map.data.fill(value, y * 700 + rect.x, y * 700 + rect.x + rect.width)
          tally.soil(rect)
          const expected = new Uint32Array(256)
          for (const index of map.data) expected[index]!++
          expect(tally.pixels).toEqual(expected)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('validRange', () => {
  it('leaves invalid depth out', () => {
    expect(validRange(scalars([0, 3, 1.5, 0, 7]))).toEqual({ min: 1.5, max: 7 })
    expect(validRange(scalars([0, 0]))).toBeNull()
  })
})

describe('histogramOf', () => {
  it('counts every valid value of a small map, also those outside the range', () => {
    const { bins, valid, invalid, exact } = histogramOf(
      scalars([0, 1, 1.4, 2.5, 3, 9]),
      { min: 1, max: 3 },
      4,
    )
    expect([...bins]).toEqual([2, 0, 0, 3])
    expect({ valid, invalid, exact }).toEqual({ valid: 5, invalid: 1, exact: true })
  })

  it('samples a large map and says so', () => {
    const map = mapFromBytes('scalar', 3000, 2000, new Uint8Array(new Float32Array(6_000_000).fill(2).buffer))
    if (map.kind !== 'scalar') throw new Error('not a scalar map')
    const { bins, valid, exact } = histogramOf(map, { min: 1, max: 5 }, 8)
    expect(exact).toBe(false)
    expect(valid).toBe(1000 * 667)
    expect(bins[2]).toBe(valid)
  })
})
