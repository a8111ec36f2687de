import type { CardTensor } from '../card'
import type { CutMode } from './intervention'

/** Added to an attention logit this leaves a weight of exactly 0: exp(-10000) is 0 in float32. */
export const CUT_BIAS = -1e4

/** What is fed to one attention step; null = the neutral value (zeros for a bias, ones for a gate). */
export interface WeightsCut {
  readonly bias: Float32Array<ArrayBuffer> | null
  readonly gate: Float32Array<ArrayBuffer> | null
}

/** Half-open range of indices along one axis. */
export type Range = readonly [from: number, to: number]

/** Part of a step's weights: [outer (scale or task), head, row (reads), column (is read)]. */
export interface Part {
  readonly outer: Range
  readonly head: Range
  readonly row: Range
  readonly column: Range
}

/** Collects changes of one step's weights as an additive bias (before the softmax) and a gate (after it). */
export class WeightsCutter {
  private bias: Float32Array<ArrayBuffer> | null = null
  private gate: Float32Array<ArrayBuffer> | null = null
  readonly size: readonly [outer: number, heads: number, rows: number, columns: number]

  /** `tensor` is the step's bias input: (outer, head, row, column), or (outer, head, column) where every row is alike. */
  constructor({ shape }: CardTensor) {
    const columns = shape.at(-1) ?? 1
    this.size = [shape[0] ?? 1, shape[1] ?? 1, shape.length > 3 ? shape[2]! : 1, columns]
  }

  /** Weights times `factor`: log(factor) on the logits, or the factor itself after the softmax. */
  scale(part: Part, factor: number, mode: CutMode): void {
    if (mode === 'remove') this.multiply(part, factor)
    else {
      const change = factor === 0 ? CUT_BIAS : Math.log(factor)
      this.bias ??= this.filled(0)
      this.each(part, this.bias, (value) => value + change)
    }
  }

  /**
   * A softmax does not notice a constant: a row with nothing left to take over is emptied after it. True when such a
   * row exists, that is, when a gate is needed.
   */
  emptyDeadRows(): boolean {
    const { bias } = this
    if (!bias) return false
    const columns = this.size[3]
    let found = false
    for (let start = 0; start < bias.length; start += columns) {
      let column = 0
      while (column < columns && bias[start + column]! <= CUT_BIAS / 2) column++
      if (column < columns) continue
      this.gate ??= this.filled(1)
      this.gate.fill(0, start, start + columns)
      found = true
    }
    return found
  }

  get cut(): WeightsCut {
    return { bias: this.bias, gate: this.gate }
  }

  private multiply(part: Part, factor: number): void {
    this.gate ??= this.filled(1)
    this.each(part, this.gate, (value) => value * factor)
  }

  private filled(value: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.size.reduce((product, size) => product * size, 1)).fill(value)
  }

  private each(
    { outer, head, row, column }: Part,
    data: Float32Array,
    change: (value: number) => number,
  ): void {
    const [, heads, rows, columns] = this.size
    for (let o = outer[0]; o < outer[1]; o++)
      for (let h = head[0]; h < head[1]; h++)
        for (let r = row[0]; r < row[1]; r++) {
          const start = ((o * heads + h) * rows + r) * columns
          for (let at = start + column[0]; at < start + column[1]; at++) data[at] = change(data[at]!)
        }
  }
}
