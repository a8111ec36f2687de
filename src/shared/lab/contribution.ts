/**
 * Norm-weighted attention (Kobayashi et al. 2020, "Attention is not only a weight"): what token j adds to a row is
 * sum over heads h of a_h u_h(j), u_h(j) = W_out,h V_h(j). Its norm needs no value vector, only the heads' inner products
 * G_j[a, b] = <u_a(j), u_b(j)>: sqrt(sum over a, b of a_a a_b G_j[a, b]). Exact, for all heads together or for one.
 */

/** Weights of one row: head h, token i lies at `start + h * headStride + i`. */
export interface RowWeights {
  readonly data: Float32Array
  readonly start: number
  readonly headStride: number
}

/**
 * Writes for `count` tokens what each adds to the row: with `gram` (token, head, head; its first token at `gramStart`)
 * the norm, without it the weight itself (mean over heads). `head` null = all heads.
 */
export function rowOf(
  { data, start, headStride }: RowWeights,
  count: number,
  heads: number,
  head: number | null,
  gram: { readonly data: Float32Array; readonly start: number } | null,
  target: Float32Array,
  at: number,
): void {
  const [first, last] = head === null ? [0, heads] : [head, head + 1]
  for (let i = 0; i < count; i++) {
    let sum = 0
    if (gram) {
      const square = (gram.start + i) * heads * heads
      for (let a = first; a < last; a++) {
        const weight = data[start + a * headStride + i]!
        sum += weight * weight * gram.data[square + a * heads + a]!
        for (let b = a + 1; b < last; b++)
          sum += 2 * weight * data[start + b * headStride + i]! * gram.data[square + a * heads + b]!
      }
      // A sum of rounded products can fall below zero where the heads cancel.
      target[at + i] = Math.sqrt(Math.max(0, sum))
    } else {
      for (let a = first; a < last; a++) sum += data[start + a * headStride + i]!
      target[at + i] = sum / (last - first)
    }
  }
}

/**
 * The same for a row over pixels, whose inner products are stored plane by plane: `weights` (head, pixel), `gram`
 * (head, head, pixel) or null.
 */
export function pixelRowOf(
  weights: Float32Array,
  pixels: number,
  heads: number,
  head: number | null,
  gram: Float32Array | null,
  target: Float32Array,
  at: number,
): void {
  const [first, last] = head === null ? [0, heads] : [head, head + 1]
  const sums = target.subarray(at, at + pixels).fill(0)
  for (let a = first; a < last; a++) {
    const row = weights.subarray(a * pixels, (a + 1) * pixels)
    if (!gram) {
      for (let j = 0; j < pixels; j++) sums[j]! += row[j]! / (last - first)
      continue
    }
    const own = gram.subarray((a * heads + a) * pixels, (a * heads + a + 1) * pixels)
    for (let j = 0; j < pixels; j++) sums[j]! += row[j]! * row[j]! * own[j]!
    for (let b = a + 1; b < last; b++) {
      const other = weights.subarray(b * pixels, (b + 1) * pixels)
      const inner = gram.subarray((a * heads + b) * pixels, (a * heads + b + 1) * pixels)
      for (let j = 0; j < pixels; j++) sums[j]! += 2 * row[j]! * other[j]! * inner[j]!
    }
  }
  if (gram) for (let j = 0; j < pixels; j++) sums[j] = Math.sqrt(Math.max(0, sums[j]!))
}
