import { percent, ratio, type TaskMetric } from './metric'
import { listOf, numberOf, pairOf } from './tally'

/** What the loaders write over an invalid (0) depth label before the papers' RMSE sees it. */
const INVALID_AS_SCORED = 255
const ERROR_BIN = 0.05
const ERROR_BINS = 100

/**
 * Metres. rmse = sqrt(sum (p - d)^2 / n), absRel = sum |p - d| / d / n, delta_k = pixels with max(d / p, p / d) < 1.25^k,
 * all pooled over the pixels of all images. A prediction of 0 is a wrong prediction, not a missing one.
 * Paper: rmse as ATRC and MQTransformer: their loader turns an invalid label 0 into 255 while their RMSE ignores 0, so
 * that such a pixel is scored as (p - 255)^2. absRel and delta as InvPT masks them: labels that are valid.
 * Strict: valid labels (> 0) only.
 */
export const depth: TaskMetric = {
  headline: { figure: 'rmse', higherIsBetter: false },
  sources: {
    paper:
      'rmse: ATRC and MQTransformer, over all pixels, an invalid label scored as 255 m; absRel and delta: the mask of InvPT',
    strict: 'pixels with a valid label',
  },
  measure(label, prediction) {
    const { label: truth, prediction: found } = pairOf('scalar', label, prediction)
    const within = [0, 0, 0]
    const errors = new Float64Array(ERROR_BINS)
    let valid = 0
    let squares = 0
    let relative = 0
    let scoredSquares = 0
    for (let i = 0; i < truth.data.length; i++) {
      const wanted = truth.data[i]!
      const got = found.data[i]!
      const scored = got - (wanted === 0 ? INVALID_AS_SCORED : wanted)
      scoredSquares += scored * scored
      if (!(wanted > 0)) continue
      const error = Math.abs(got - wanted)
      valid++
      squares += error * error
      relative += error / wanted
      errors[Math.min(ERROR_BINS - 1, Math.floor(error / ERROR_BIN))]!++
      const factor = got > 0 ? Math.max(wanted / got, got / wanted) : Infinity
      if (factor < 1.25 ** 3) within[2]!++
      if (factor < 1.25 ** 2) within[1]!++
      if (factor < 1.25) within[0]!++
    }
    return {
      pixels: [truth.data.length],
      scoredSquares: [scoredSquares],
      valid: [valid],
      squares: [squares],
      relative: [relative],
      within,
      errors: [...errors],
    }
  },
  figures(tally) {
    const valid = numberOf(tally, 'valid')
    const [first = 0, second = 0, third = 0] = listOf(tally, 'within')
    const masked = {
      absRel: ratio(numberOf(tally, 'relative'), valid),
      delta1: percent(first, valid),
      delta2: percent(second, valid),
      delta3: percent(third, valid),
    }
    return {
      paper: { rmse: root(numberOf(tally, 'scoredSquares'), numberOf(tally, 'pixels')), ...masked },
      strict: { rmse: root(numberOf(tally, 'squares'), valid), ...masked, validPixels: valid },
      classes: null,
      curve: null,
      errors: { unit: 'm', width: ERROR_BIN, counts: listOf(tally, 'errors') },
    }
  },
}

function root(squares: number, count: number): number | null {
  return count > 0 ? Math.sqrt(squares / count) : null
}
