import { describe, expect, it } from 'vitest'
import { largest, needsDarkInk, percent, rampColour } from './ramp'

/** Relative luminance (WCAG 2) of a CSS `#rrggbb` or `rgb(r, g, b)`. */
function luminance(css: string): number {
  const parts = css.startsWith('#')
    ? [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16))
    : (css.match(/\d+/g) ?? []).map(Number)
  const [r = 0, g = 0, b = 0] = parts.map((part) => {
    const value = part / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

describe('matrix cells', () => {
  it('keep their number readable (contrast of at least 4.5) at every value', () => {
    for (let i = 0; i <= 200; i++) {
      const share = i / 200
      const cell = luminance(rampColour(share))
      const ink = needsDarkInk(share) ? luminance('#000000') : 1
      const contrast = (Math.max(cell, ink) + 0.05) / (Math.min(cell, ink) + 0.05)
      expect(contrast, `share ${share}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('grow lighter with the value and clamp outside the scale', () => {
    expect(luminance(rampColour(0.2))).toBeLessThan(luminance(rampColour(0.6)))
    expect(rampColour(1.5)).toBe(rampColour(1))
    expect(rampColour(-1)).toBe(rampColour(0))
  })

  it('say less than one percent instead of zero for a small share', () => {
    expect([0, 0.004, 0.006, 0.31, 1].map(percent)).toEqual(['0', '<1', '1', '31', '100'])
  })

  it('share the largest value of all matrices', () => {
    expect(largest([[[0.1, 0.9]], [[0.4, 0.6]]])).toBe(0.9)
    expect(largest([])).toBe(0)
  })
})
