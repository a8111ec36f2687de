import { rowOf } from './contribution'
import type { Weighting } from './wire'

/** One step between queries as the graph gave it; without grams only raw weights can be shown. */
export interface StepTensors {
  /** (outer, head, token that reads, token that is read). */
  readonly attention: Float32Array
  readonly norms: {
    /** (outer, token that is read, head, head), see `contribution.ts`. */
    readonly gram: Float32Array
    /** (outer, token): norm of the token before the step, to which what was read is added. */
    readonly own: Float32Array
  } | null
}
export interface StepShape {
  readonly outer: number
  readonly heads: number
  readonly tokens: number
}

/** Rows of a step: what a token took from each token, and what it kept of its own. */
export interface Shares {
  readonly tokens: number
  /** (outer, token that reads, token that is read). */
  readonly weights: Float32Array
  /** (outer, token). */
  readonly own: Float32Array
}

/**
 * The step as shares that sum to one in every row, the token's own (the residual connection) included: norms divided by
 * their sum for `contribution`; for `raw` the attention and one for the token itself, as attention rollout does
 * (Abnar and Zuidema 2020). A row whose weights were removed keeps only its own.
 */
export function sharesOf(
  step: StepTensors,
  shape: StepShape,
  weighting: Weighting,
  head: number | null,
): Shares {
  const shares = attentionOf(step, shape, weighting, head)
  const { tokens, weights, own } = shares
  const norms = weighting === 'contribution' ? step.norms : null
  for (let row = 0; row < own.length; row++) {
    const kept = norms ? norms.own[row]! : 1
    const start = row * tokens
    let sum = kept
    for (let at = start; at < start + tokens; at++) sum += weights[at]!
    for (let at = start; at < start + tokens; at++) weights[at] = sum > 0 ? weights[at]! / sum : 0
    own[row] = sum > 0 ? kept / sum : 1
  }
  return shares
}

/** The step's weights as they are (norms for `contribution`, mean over heads for `raw`), with nothing kept. */
export function attentionOf(
  { attention, norms }: StepTensors,
  { outer, heads, tokens }: StepShape,
  weighting: Weighting,
  head: number | null,
): { tokens: number; weights: Float32Array; own: Float32Array } {
  const weights = new Float32Array(outer * tokens * tokens)
  const gram = weighting === 'contribution' ? norms?.gram : undefined
  for (let at = 0; at < outer; at++)
    for (let token = 0; token < tokens; token++) {
      const start = (at * heads * tokens + token) * tokens
      rowOf(
        { data: attention, start, headStride: tokens * tokens },
        tokens,
        heads,
        head,
        gram ? { data: gram, start: at * tokens } : null,
        weights,
        (at * tokens + token) * tokens,
      )
    }
  return { tokens, weights, own: new Float32Array(outer * tokens) }
}
