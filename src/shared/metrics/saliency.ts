import { classFigures, paperFigures, strictFigures } from './classes'
import { percent, type CurvePoint, type Figures, type TaskMetric } from './metric'
import { listOf, pairOf } from './tally'

const BETA_SQUARED = 0.3
/** float32, as the papers' thresholds and probabilities are. */
const PAPER_THRESHOLDS = Float32Array.from({ length: 19 }, (_, i) => 0.05 * (i + 1))
/** Every threshold that 8-bit predictions can tell apart. */
const STRICT_THRESHOLDS = Float32Array.from({ length: 255 }, (_, i) => (i + 1) / 255)

/**
 * maxF: the largest F = (1 + b) P R / (b P + R), b = 0.3, over thresholds, of precision and recall pooled over all images;
 * salient = probability >= threshold, label >= 0.5. mIoU: of background and salient at probability > 0.5 (the argmax of
 * two channels). Percent.
 * Paper: maxF as ATRC and MQTransformer (`MaxF`: thresholds .05, .10, ... .95, true probabilities; InvPT and TaskPrompter
 * apply a sigmoid to probabilities and are not followed); mIoU as their `MeanIoU`, an absent class counting as 0.
 * Strict: every threshold k / 255; mIoU over the classes that occur in the labels.
 */
export const saliency: TaskMetric = {
  headline: { figure: 'maxF', higherIsBetter: true },
  sources: {
    paper:
      'maxF: ATRC and MQTransformer (MaxF), beta^2 = 0.3, thresholds .05 to .95, pooled; mIoU: MeanIoU of background and salient at p > 0.5',
    strict: 'maxF over every threshold k / 255; mIoU over the classes that occur in the labels',
  },
  measure(label, prediction) {
    const { label: truth, prediction: found } = pairOf('probability', label, prediction)
    const paper = new ThresholdCounts(PAPER_THRESHOLDS)
    const strict = new ThresholdCounts(STRICT_THRESHOLDS)
    const labels = [0, 0]
    const predicted = [0, 0]
    const common = [0, 0]
    for (let i = 0; i < truth.data.length; i++) {
      const wanted = truth.data[i]! >= 0.5 ? 1 : 0
      const got = found.data[i]!
      paper.add(got, wanted)
      strict.add(got, wanted)
      const chosen = got > 0.5 ? 1 : 0
      labels[wanted]!++
      predicted[chosen]!++
      if (wanted === chosen) common[wanted]!++
    }
    return {
      'paper.all': [...paper.all],
      'paper.salient': [...paper.salient],
      'strict.all': [...strict.all],
      'strict.salient': [...strict.salient],
      label: labels,
      predicted,
      common,
    }
  },
  figures(tally) {
    const classes = classFigures(tally)
    const curve = curveOf(STRICT_THRESHOLDS, listOf(tally, 'strict.all'), listOf(tally, 'strict.salient'))
    const paper = curveOf(PAPER_THRESHOLDS, listOf(tally, 'paper.all'), listOf(tally, 'paper.salient'))
    return {
      paper: { ...best(paper), ...mIoU(paperFigures(classes)) },
      strict: { ...best(curve), ...mIoU(strictFigures(classes)) },
      classes,
      curve,
      errors: null,
    }
  },
}

/** Pixels by the number of thresholds they reach. */
class ThresholdCounts {
  readonly all: Float64Array
  readonly salient: Float64Array
  readonly #steps: number
  constructor(readonly thresholds: Float32Array) {
    this.all = new Float64Array(thresholds.length + 1)
    this.salient = new Float64Array(thresholds.length + 1)
    this.#steps = thresholds.length + 1
  }

  add(probability: number, salient: number): void {
    // The thresholds are evenly spaced: a guess, put right where rounding made it miss by one.
    let reached = Math.min(this.thresholds.length, Math.max(0, Math.floor(probability * this.#steps)))
    while (reached > 0 && !(probability >= this.thresholds[reached - 1]!)) reached--
    while (reached < this.thresholds.length && probability >= this.thresholds[reached]!) reached++
    this.all[reached]!++
    if (salient === 1) this.salient[reached]!++
  }
}

function curveOf(thresholds: Float32Array, all: readonly number[], salient: readonly number[]): CurvePoint[] {
  const total = salient.reduce((sum, value) => sum + value, 0)
  const points: CurvePoint[] = []
  let predicted = 0
  let hits = 0
  for (let i = thresholds.length - 1; i >= 0; i--) {
    predicted += all[i + 1]!
    hits += salient[i + 1]!
    const precision = predicted > 0 ? hits / predicted : 0
    const recall = total > 0 ? hits / total : 0
    const below = BETA_SQUARED * precision + recall
    const f = below > 0 ? ((1 + BETA_SQUARED) * precision * recall) / below : 0
    points.unshift({ threshold: thresholds[i]!, precision, recall, f })
  }
  return points
}

/** Null without a salient label pixel: there is nothing to find. */
function best(curve: readonly CurvePoint[]): Figures {
  const top = curve.reduce((a, b) => (b.f > a.f ? b : a))
  const any = curve.some(({ recall }) => recall > 0)
  return { maxF: percent(top.f, 1), maxFThreshold: any ? top.threshold : null }
}

function mIoU({ mIoU: value = null }: Figures): Figures {
  return { mIoU: value }
}
