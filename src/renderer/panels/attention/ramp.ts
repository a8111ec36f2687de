import { interpolateInferno } from 'd3-scale-chromatic'

/** CSS colour of a share of attention, 0..1 of the stated maximum, on the same ramp as attention over the photo. */
export function rampColour(share: number): string {
  return interpolateInferno(Math.min(1, Math.max(0, share)))
}

/** Whether dark ink reads better than light ink on `rampColour(share)`. */
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
