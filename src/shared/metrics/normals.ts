import type { DenseMap } from '../maps'
import { percent, ratio, type Figures, type MetricContext, type Tally, type TaskMetric } from './metric'
import { addTallies, listOf, numberOf, pairOf } from './tally'

/** Degrees per bin of the angle histogram; the limits 11.25, 22.5 and 30 lie on its borders. */
export const ANGLE_BIN = 0.25
const ANGLE_BINS = 180 / ANGLE_BIN
const LIMITS = [11.25, 22.5, 30] as const
const DEGREES = 180 / Math.PI
const DIAGONAL = 1 / Math.sqrt(3)

/** Angles in degrees between labels and predictions of one image. */
export interface Angles {
  /** Where the label is a direction. */
  readonly valid: Float64Array<ArrayBuffer>
  /** Where the label is the zero vector: to (1, 1, 1) / sqrt 3, which a PNG's grey pixel is taken for. */
  readonly zero: Float64Array<ArrayBuffer>
}

/**
 * The angle 2 atan2(|a - b|, |a + b|) of the unit vectors a (label) and b (prediction), in degrees, as ATRC,
 * MQTransformer and InvPT compute it. A zero prediction has no direction and counts as 90 degrees, as there.
 */
export function anglesOf(label: DenseMap, prediction: DenseMap): Angles {
  const { label: truth, prediction: found } = pairOf('vector', label, prediction)
  const a = truth.data
  const b = found.data
  const valid = new Float64Array(a.length / 3)
  const zero: number[] = []
  let count = 0
  for (let i = 0; i < a.length; i += 3) {
    const ax = a[i]!
    const ay = a[i + 1]!
    const az = a[i + 2]!
    const length = Math.sqrt(ax * ax + ay * ay + az * az)
    if (length > 0) valid[count++] = angle(ax / length, ay / length, az / length, b, i)
    else zero.push(angle(DIAGONAL, DIAGONAL, DIAGONAL, b, i))
  }
  return { valid: valid.slice(0, count), zero: Float64Array.from(zero) }
}

function angle(ax: number, ay: number, az: number, b: Float32Array, at: number): number {
  let bx = b[at]!
  let by = b[at + 1]!
  let bz = b[at + 2]!
  const length = Math.sqrt(bx * bx + by * by + bz * bz) || 1
  bx /= length
  by /= length
  bz /= length
  const apart = (ax - bx) ** 2 + (ay - by) ** 2 + (az - bz) ** 2
  const together = (ax + bx) ** 2 + (ay + by) ** 2 + (az + bz) ** 2
  return 2 * DEGREES * Math.atan2(Math.sqrt(apart), Math.sqrt(together))
}

export function angleBin(degrees: number): number {
  return Math.min(ANGLE_BINS - 1, Math.floor(degrees / ANGLE_BIN))
}

function tallyOf(angles: Float64Array): Tally {
  const histogram = new Float64Array(ANGLE_BINS)
  const within = [0, 0, 0]
  let sum = 0
  for (let i = 0; i < angles.length; i++) {
    const degrees = angles[i]!
    sum += degrees
    histogram[angleBin(degrees)]!++
    if (degrees < LIMITS[2]) within[2]!++
    if (degrees < LIMITS[1]) within[1]!++
    if (degrees < LIMITS[0]) within[0]!++
  }
  return { histogram: [...histogram], within, sum: [sum], count: [angles.length] }
}

/** The pixels a mode counts: labels that are a direction, and in paper mode those that a loader takes for one. */
export function countedAngles(tally: Tally, mode: 'paper' | 'strict', context: MetricContext): Tally {
  const part = (prefix: string): Tally =>
    Object.fromEntries(
      ['histogram', 'within', 'sum', 'count'].map((name) => [name, listOf(tally, `${prefix}${name}`)]),
    )
  return mode === 'paper' && context.zeroNormals === 'direction'
    ? addTallies(part(''), part('zero.'))
    : part('')
}

/**
 * Degrees and percent. mean, and the part of pixels within 11.25, 22.5 and 30 degrees, pooled over all images. The median
 * of many images needs a second look at them (`median.ts`) and is added there.
 * Paper: ATRC, MQTransformer, InvPT; their rule that a label of length 0 is ignored never fires for PNG labels, whose
 * invalid pixels then count as (1, 1, 1) / sqrt 3. Strict: zero labels are left out.
 */
export const normals: TaskMetric = {
  headline: { figure: 'mean', higherIsBetter: false },
  sources: {
    paper:
      'ATRC, MQTransformer and InvPT: 2 atan2(|a - b|, |a + b|); a zero label in a PNG counts as (1, 1, 1) / sqrt 3',
    strict: 'pixels whose label is a direction',
  },
  measure(label, prediction) {
    const { valid, zero } = anglesOf(label, prediction)
    const extra = Object.entries(tallyOf(zero)).map(([name, values]): [string, readonly number[]] => [
      `zero.${name}`,
      values,
    ])
    return { ...tallyOf(valid), ...Object.fromEntries(extra) }
  },
  figures(tally, context) {
    const strict = countedAngles(tally, 'strict', context)
    return {
      paper: figuresOf(countedAngles(tally, 'paper', context)),
      strict: { ...figuresOf(strict), validPixels: numberOf(strict, 'count') },
      classes: null,
      curve: null,
      errors: { unit: '°', width: ANGLE_BIN, counts: listOf(strict, 'histogram') },
    }
  },
}

function figuresOf(counted: Tally): Figures {
  const count = numberOf(counted, 'count')
  const [a = 0, b = 0, c = 0] = listOf(counted, 'within')
  return {
    mean: ratio(numberOf(counted, 'sum'), count),
    within11_25: percent(a, count),
    within22_5: percent(b, count),
    within30: percent(c, count),
  }
}
