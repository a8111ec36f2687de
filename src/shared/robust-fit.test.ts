import { describe, expect, it } from 'vitest'
import { fitLinear, type FitRow } from './robust-fit'

/** y = 2 x - 1 with a ripple, and a share of rows far off. */
const rows =
  (wrong: number): FitRow =>
  (i, out) => {
    const x = (i % 97) / 97
    out[0] = x
    out[1] = 1
    return i % 100 < wrong ? 40 + x * 7 : 2 * x - 1 + 0.01 * Math.sin(i)
  }

describe('fitting a linear model', () => {
  it('is plain least squares without outliers, also when robust', () => {
    for (const robust of [false, true]) {
      const { coefficients, used, rms } = fitLinear(5000, 2, rows(0), robust)!
      expect(coefficients[0]).toBeCloseTo(2, 3)
      expect(coefficients[1]).toBeCloseTo(-1, 3)
      expect(used).toBe(1)
      expect(rms).toBeCloseTo(0.01 / Math.SQRT2, 4)
    }
  })

  it('stands up to 45 % of the rows being wrong, and repeats to the last bit', () => {
    const { coefficients, used } = fitLinear(5000, 2, rows(45), true)!
    expect(coefficients[0]).toBeCloseTo(2, 2)
    expect(coefficients[1]).toBeCloseTo(-1, 2)
    expect(used).toBeCloseTo(0.55, 10)
    expect(fitLinear(5000, 2, rows(45), true)!.coefficients).toEqual(coefficients)
    expect(fitLinear(5000, 2, rows(45), false)!.coefficients[1]).toBeGreaterThan(10)
  })

  it('has no answer when the rows do not determine one', () => {
    const constant: FitRow = (_i, out) => {
      out.fill(1)
      return 3
    }
    for (const robust of [false, true]) {
      expect(fitLinear(50, 2, constant, robust)).toBeNull()
      expect(fitLinear(0, 1, constant, robust)).toBeNull()
      expect(fitLinear(50, 1, constant, robust)!.coefficients[0]).toBeCloseTo(3, 12)
    }
  })
})
