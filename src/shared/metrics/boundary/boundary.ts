import type { CurvePoint, Figures, Tally, TaskMetric } from '../metric'
import { thin } from '../../thin'
import { listOf, numberOf, pairOf } from '../tally'
import { BoundaryMatcher } from './match'
import { suppressNonMaxima } from './nms'

/** SEISM's list (`HED.txt`): .001, .01, .02 ... .99. */
const THRESHOLDS: readonly number[] = [0.001, ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100)]

/** Largest distance of matching pixels as a part of the diagonal: SEISM's default, used for PASCAL, and NYUD's. */
export const TOLERANCES = Object.freeze({ pascal: 0.0075, nyud: 0.011 })

/**
 * Boundaries as SEISM measures them: predictions are thinned by non-maximum suppression, thresholded (>=) and thinned
 * again (`thin`); labels (>= 0.5) are thinned; predicted and labelled pixels no further apart than tolerance * diagonal
 * are matched one to one; pairs and pixels are summed over the images for every threshold.
 * odsF = the largest F = 2PR / (P + R) of the sums; oisF = F of the sums taken at each image's own best threshold;
 * ap = area under precision over recall (both in percent). The published figures use a randomised approximate matching;
 * this one is exact and was not validated against SEISM, so it is shown as odsF*. Both modes are this one figure: there
 * are no classes to average and no mask.
 */
export const boundary: TaskMetric = {
  headline: { figure: 'odsF', higherIsBetter: true },
  sources: {
    paper: "SEISM's protocol with an exact one-to-one matching; not validated against SEISM, hence odsF*",
    strict: 'the same figure',
  },
  measure(label, prediction, { boundaryTolerance }) {
    const { label: truth, prediction: found } = pairOf('probability', label, prediction)
    const { width, height } = truth
    const labelled = thin(
      Uint8Array.from(truth.data, (value) => (value >= 0.5 ? 1 : 0)),
      width,
      height,
    )
    const strength = suppressNonMaxima(found)
    const radius = boundaryTolerance * Math.sqrt(width * width + height * height)
    const matcher = new BoundaryMatcher(labelled, truth, radius)
    const matched = new Array<number>(THRESHOLDS.length).fill(0)
    const predicted = new Array<number>(THRESHOLDS.length).fill(0)
    const mask = new Uint8Array(width * height)
    const joining = pixelsByThreshold(strength)
    // From strict to lenient: pixels only join, and most pairs stay.
    for (let t = THRESHOLDS.length - 1; t >= 0; t--) {
      if (joining[t]!.length > 0) {
        for (const pixel of joining[t]!) mask[pixel] = 1
        const thinned = thin(mask, width, height)
        predicted[t] = setPixels(thinned)
        matched[t] = matcher.match(thinned)
      } else {
        predicted[t] = predicted[t + 1] ?? 0
        matched[t] = matched[t + 1] ?? 0
      }
    }
    const tally: Tally = { matched, predicted, label: [setPixels(labelled)] }
    return { ...tally, own: ownBest(tally) }
  },
  figures(tally) {
    const curve = curveOf(tally)
    const top = curve.reduce((a, b) => (b.f > a.f ? b : a))
    const [matched = 0, predicted = 0] = listOf(tally, 'own')
    const own = pointOf(0, matched, predicted, numberOf(tally, 'label'))
    const any = numberOf(tally, 'label') + Math.max(...listOf(tally, 'predicted')) > 0
    const figures: Figures = any
      ? {
          odsF: 100 * top.f,
          odsThreshold: top.threshold,
          precision: 100 * top.precision,
          recall: 100 * top.recall,
          oisF: 100 * own.f,
          ap: 100 * area(curve),
        }
      : { odsF: null, odsThreshold: null, precision: null, recall: null, oisF: null, ap: null }
    return { paper: figures, strict: figures, classes: null, curve, errors: null }
  },
}

/** For every threshold the pixels that reach it and no higher one. */
function pixelsByThreshold(strength: Float64Array): number[][] {
  const lists = THRESHOLDS.map((): number[] => [])
  for (let i = 0; i < strength.length; i++) {
    // THRESHOLDS[k] is k / 100 but for the first: a guess, put right where rounding made it miss by one.
    let t = Math.min(THRESHOLDS.length - 1, Math.floor(strength[i]! * 100))
    if (t < THRESHOLDS.length - 1 && strength[i]! >= THRESHOLDS[t + 1]!) t++
    else if (t >= 0 && strength[i]! < THRESHOLDS[t]!) t--
    if (t >= 0) lists[t]!.push(i)
  }
  return lists
}

function setPixels(mask: Uint8Array): number {
  let count = 0
  for (let i = 0; i < mask.length; i++) if (mask[i]) count++
  return count
}

/** Pairs and predicted pixels at the image's own best threshold. */
function ownBest(tally: Tally): number[] {
  const curve = curveOf(tally)
  let best = 0
  for (let t = 1; t < curve.length; t++) if (curve[t]!.f > curve[best]!.f) best = t
  return [listOf(tally, 'matched')[best]!, listOf(tally, 'predicted')[best]!]
}

function curveOf(tally: Tally): CurvePoint[] {
  const predicted = listOf(tally, 'predicted')
  const label = numberOf(tally, 'label')
  return listOf(tally, 'matched').map((matched, t) => pointOf(THRESHOLDS[t]!, matched, predicted[t]!, label))
}

function pointOf(threshold: number, matched: number, predicted: number, label: number): CurvePoint {
  const precision = predicted > 0 ? matched / predicted : 0
  const recall = label > 0 ? matched / label : 0
  const f = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0
  return { threshold, precision, recall, f }
}

/** Area under the curve by trapezia over recall, from recall 0 at the precision of the strictest threshold that finds anything. */
function area(curve: readonly CurvePoint[]): number {
  const points = curve.filter(({ recall }) => recall > 0).sort((a, b) => a.recall - b.recall)
  let sum = 0
  let last = { recall: 0, precision: points[0]?.precision ?? 0 }
  for (const point of points) {
    sum += ((point.recall - last.recall) * (point.precision + last.precision)) / 2
    last = point
  }
  return sum
}
