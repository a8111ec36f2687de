/** Rows of a linear model: fills `out` with the k factors of row `i` and returns its target. */
export type FitRow = (i: number, out: Float64Array) => number

export interface LinearFit {
  readonly coefficients: Float64Array
  /** The share of rows (0..1) that the fit used: those with a weight above 0. */
  readonly used: number
  /** Root mean square residual of the rows used. */
  readonly rms: number
}

const TRIALS = 100
const SAMPLE = 2048
const ROUNDS = 30
/** Tukey's constant: 95 % efficiency on normally distributed residuals. */
const TUKEY = 4.685
/** Rows that agree to this are equal: targets are metres stored as float32, so finer differences are rounding. */
const FINEST = 1e-5

/**
 * Least squares of `count` rows in `k` <= 3 coefficients. With `robust` it is an MM-estimate (Yohai 1987): the start and
 * the scale are those of the least median of squares (Rousseeuw 1984, 100 seeded trials on at most 2048 evenly spaced
 * rows), then Tukey's biweight by reweighting until nothing moves; it stands up to almost half of the rows being wrong.
 * Null when the rows do not determine the coefficients. Scale the factors to about 1: the normal equations are solved.
 */
export function fitLinear(count: number, k: number, row: FitRow, robust: boolean): LinearFit | null {
  const start = robust ? leastMedian(count, k, row) : null
  if (!start) {
    const coefficients = solveWeighted(count, k, row)
    return coefficients && judge(count, row, coefficients, Infinity)
  }
  const cut = TUKEY * Math.max(start.scale, FINEST)
  const weigh = (residual: number): number => Math.max(0, 1 - (residual / cut) ** 2) ** 2
  let { coefficients } = start
  for (let round = 0; round < ROUNDS; round++) {
    const next = solveWeighted(count, k, row, { weigh, coefficients })
    if (!next) return null
    const moved = next.some((value, j) => Math.abs(value - coefficients[j]!) > 1e-12 * (1 + Math.abs(value)))
    coefficients = next
    if (!moved) break
  }
  return judge(count, row, coefficients, cut)
}

function judge(count: number, row: FitRow, coefficients: Float64Array, cut: number): LinearFit {
  const factors = new Float64Array(coefficients.length)
  let used = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const residual = row(i, factors) - dot(factors, coefficients)
    if (Math.abs(residual) >= cut) continue
    used++
    squares += residual * residual
  }
  return { coefficients, used: used / count, rms: Math.sqrt(squares / Math.max(1, used)) }
}

/** Solves the normal equations, each row weighed by its residual against the coefficients `about`; null when singular. */
function solveWeighted(
  count: number,
  k: number,
  row: FitRow,
  about?: { weigh: (residual: number) => number; coefficients: Float64Array },
): Float64Array | null {
  const normal = new Float64Array(k * k)
  const right = new Float64Array(k)
  const factors = new Float64Array(k)
  for (let i = 0; i < count; i++) {
    const target = row(i, factors)
    const weight = about ? about.weigh(target - dot(factors, about.coefficients)) : 1
    if (weight === 0) continue
    for (let a = 0; a < k; a++) {
      right[a]! += weight * factors[a]! * target
      for (let b = 0; b <= a; b++) normal[a * k + b]! += weight * factors[a]! * factors[b]!
    }
  }
  return cholesky(normal, right)
}

/** The candidate through k rows whose median absolute residual is least, and the spread that median stands for. */
function leastMedian(
  count: number,
  k: number,
  row: FitRow,
): { coefficients: Float64Array; scale: number } | null {
  const taken = Math.min(count, SAMPLE)
  const indexOf = (i: number): number => Math.floor((i * count) / taken)
  const residuals = new Float64Array(taken)
  const factors = new Float64Array(k)
  const next = seeded(count)
  let best: Float64Array | null = null
  let least = Infinity
  for (let trial = 0; trial < TRIALS; trial++) {
    const chosen = Array.from({ length: k }, () => indexOf(Math.floor(next() * taken)))
    const candidate = solveWeighted(k, k, (i, out) => row(chosen[i]!, out))
    if (!candidate) continue
    for (let i = 0; i < taken; i++) {
      const target = row(indexOf(i), factors)
      residuals[i] = Math.abs(target - dot(factors, candidate))
    }
    const median = residuals.sort()[Math.floor(taken / 2)]!
    if (median < least) [best, least] = [candidate, median]
  }
  // 1.4826: the median of |residual| to the standard deviation of a normal distribution; the factor for small samples is Rousseeuw's.
  return best && { coefficients: best, scale: 1.4826 * (1 + 5 / Math.max(1, taken - k)) * least }
}

/** Solves a symmetric positive definite k x k system (lower triangle given); null when it is singular to 1e-12. */
function cholesky(normal: Float64Array, right: Float64Array): Float64Array | null {
  const k = right.length
  const lower = normal.slice()
  const x = right.slice()
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = lower[a * k + b]!
      for (let c = 0; c < b; c++) sum -= lower[a * k + c]! * lower[b * k + c]!
      if (a !== b) lower[a * k + b] = sum / lower[b * k + b]!
      else if (sum > 1e-12 * normal[a * k + a]!) lower[a * k + a] = Math.sqrt(sum)
      else return null
    }
    for (let c = 0; c < a; c++) x[a]! -= lower[a * k + c]! * x[c]!
    x[a]! /= lower[a * k + a]!
  }
  for (let a = k - 1; a >= 0; a--) {
    for (let c = a + 1; c < k; c++) x[a]! -= lower[c * k + a]! * x[c]!
    x[a]! /= lower[a * k + a]!
  }
  return x
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Numbers in [0, 1): a linear congruential generator (Numerical Recipes), so that a fit can be repeated. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}
