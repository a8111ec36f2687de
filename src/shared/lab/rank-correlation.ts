/** Ranks from 1; equal values share the mean of their places. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!)
  const result = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let place = start; place < end; place++) result[order[place]!] = (start + 1 + end) / 2
    start = end
  }
  return result
}

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, with mean ranks for ties (as SciPy's `spearmanr`).
 * Null for fewer than two pairs and where one side is constant: then there is no order to compare.
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  const count = Math.min(a.length, b.length)
  const [x, y] = [ranks(a.slice(0, count)), ranks(b.slice(0, count))]
  const middle = (count + 1) / 2
  let [xx, yy, xy] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [x[i]! - middle, y[i]! - middle]
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null
}
