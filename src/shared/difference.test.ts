import { describe, expect, it } from 'vitest'
import { DIFFERENCE_RANGE, differenceAt, differenceTexels, fittedRange } from './difference'
import { IGNORE_CLASS, mapFromBytes, type DenseMap, type MapKind } from './maps'
import { DIFFERENCE_LUT } from './palette'
import { wholeBlock } from './texels'

function mapOf(kind: MapKind, values: number[]): DenseMap {
  const bytes = kind === 'class' ? Uint8Array.from(values) : new Uint8Array(new Float32Array(values).buffer)
  return mapFromBytes(kind, kind === 'vector' ? values.length / 3 : values.length, 1, bytes)
}
function compare(kind: MapKind, reference: number[], found: number[]): (number | null)[] {
  const a = mapOf(kind, reference)
  const b = mapOf(kind, found)
  return Array.from({ length: a.width }, (_, x) => differenceAt(a, b, x, 0))
}

describe('differenceAt', () => {
  it('tells classes apart and leaves out what is ignored', () => {
    expect(compare('class', [3, 3, IGNORE_CLASS, 3], [3, 4, 4, IGNORE_CLASS])).toEqual([0, 1, null, null])
  })
  it('is signed for depth, found minus reference, and null where depth is invalid', () => {
    expect(compare('scalar', [2, 2, 0, 2], [2.5, 1.5, 1, 0])).toEqual([0.5, -0.5, null, null])
  })
  it('is the angle between directions of any length', () => {
    const angles = compare('vector', [0, 0, 1, 0, 0, 2, 0, 0, 0], [0, 0, 5, 0, 3, 0, 0, 0, 1])
    expect(angles[0]).toBeCloseTo(0, 6)
    expect(angles[1]).toBeCloseTo(90, 6)
    expect(angles[2]).toBeNull()
  })
  it('is signed for probabilities and null where one is unknown', () => {
    expect(compare('probability', [0, 1, NaN], [1, 0.5, 1])).toEqual([1, -0.5, null])
  })
  it('refuses maps that do not belong together', () => {
    expect(() => differenceAt(mapOf('class', [1]), mapOf('class', [1, 2]), 0, 0)).toThrow(/1x1 class map/)
  })
})

describe('differenceTexels', () => {
  const colours = (kind: MapKind, reference: number[], found: number[]): number[] => {
    const a = mapOf(kind, reference)
    const out = new Uint32Array(a.width)
    const classes = Uint32Array.from({ length: 256 }, (_, index) => index + 1000)
    differenceTexels(a, mapOf(kind, found), classes, wholeBlock(a, out))
    return [...out]
  }
  it('shows the class that was found where it differs', () => {
    expect(colours('class', [1, 1, IGNORE_CLASS], [1, 2, 2])).toEqual([0, 1002, 0])
  })
  it('ends the scale at its range and is transparent at zero and where unknown', () => {
    const range = DIFFERENCE_RANGE.scalar
    const [low, zero, high, beyond, unknown] = colours(
      'scalar',
      [4, 4, 4, 4, 0],
      [4 - range, 4, 4 + range, 9, 9],
    )
    expect([low, high, beyond]).toEqual([DIFFERENCE_LUT[0], DIFFERENCE_LUT[255], DIFFERENCE_LUT[255]])
    expect(zero! >>> 24).toBeLessThan(8)
    expect(unknown).toBe(0)
  })
})

describe('fittedRange', () => {
  it('is the first round number that nearly all changes stay below', () => {
    const range = (kind: MapKind, reference: number[], found: number[]): number =>
      fittedRange(mapOf(kind, reference), mapOf(kind, found))
    expect(range('scalar', [2, 2, 2], [2, 2.03, 1.96])).toBeCloseTo(0.05)
    expect(range('probability', [0.5, 0.5], [0.501, 0.5])).toBeCloseTo(0.002)
    expect(range('vector', [0, 0, 1], [0, 1, 1])).toBe(DIFFERENCE_RANGE.vector)
    expect(range('scalar', [2, 2], [9, 9])).toBe(DIFFERENCE_RANGE.scalar)
    expect(range('scalar', [2, 0], [2, 5])).toBe(DIFFERENCE_RANGE.scalar)
    expect(range('class', [1], [2])).toBe(1)
    const many = Array.from({ length: 1000 }, () => 2)
    expect(
      range(
        'scalar',
        many,
        many.map((value, i) => value + (i < 5 ? 0.8 : 0.008)),
      ),
    ).toBeCloseTo(0.01)
  })
})
