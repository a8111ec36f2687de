import { ATTENTION_LUT, type Rgb } from '../../../shared/palette'

/** The colour of a share of attention, 0..1 of the stated maximum: the canvas's ramp without its transparency. */
export function rampRgb(share: number): Rgb {
  const packed = ATTENTION_LUT[Math.round(Math.min(1, Math.max(0, share)) * 255)] ?? 0
  return [packed & 255, (packed >>> 8) & 255, (packed >>> 16) & 255]
}

/** `rampRgb` as CSS. */
export function rampColour(share: number): string {
  return `rgb(${rampRgb(share).join(', ')})`
}

/** Whether black ink reads better than white ink on `rampColour(share)`. */
export function needsDarkInk(share: number): boolean {
  return share > 0.555
}

/** The ramp as a CSS gradient from left (0) to right (1). */
export function rampGradient(steps = 12): string {
  const stops = Array.from({ length: steps + 1 }, (_, i) => rampColour(i / steps))
  return `linear-gradient(to right, ${stops.join(', ')})`
}

/** The largest number of several matrices, so that all of them can share one scale. */
export function largest(matrices: readonly (readonly (readonly number[])[])[]): number {
  return matrices.flat(2).reduce((max, value) => Math.max(max, value), 0)
}

/** A share as a whole percentage; what rounds to nothing but is not nothing is said to be less than one. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100)
  return rounded === 0 && share > 0 ? '<1' : String(rounded)
}
