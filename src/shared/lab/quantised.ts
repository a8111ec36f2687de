const LARGEST = 65_535

/**
 * Rows of non-negative weights in 16 bits: the square root of each value's fraction of its row's largest. Half the memory
 * of float32; the error is at most 1.5e-5 of the largest at the largest, and falls with the root of the value, so that
 * sums over peaked rows stay exact. What a softmax gave is kept this way (its largest is at least 1 / length, far from where
 * float32 underflows); nothing is computed on in this form.
 */
export class Quantised {
  private readonly values: Uint16Array<ArrayBuffer>
  /** A row's largest, divided by the square of the largest code. */
  private readonly steps: Float32Array<ArrayBuffer>

  /** `data` is whole rows of `length` numbers. */
  constructor(
    data: Float32Array,
    readonly length: number,
  ) {
    const rows = data.length / length
    this.values = new Uint16Array(data.length)
    this.steps = new Float32Array(rows)
    for (let row = 0, start = 0; row < rows; row++, start += length) {
      let largest = 0
      for (let at = start; at < start + length; at++) if (data[at]! > largest) largest = data[at]!
      this.steps[row] = largest / LARGEST ** 2
      const scale = largest > 0 ? 1 / largest : 0
      for (let at = start; at < start + length; at++)
        this.values[at] = Math.sqrt(data[at]! * scale) * LARGEST + 0.5
    }
  }

  get bytes(): number {
    return this.values.byteLength + this.steps.byteLength
  }

  /** Writes one row at `at` of `target`. */
  read(row: number, target: Float32Array, at: number): void {
    const { values, length } = this
    const step = this.steps[row]!
    for (let i = 0, from = row * length; i < length; i++) target[at + i] = values[from + i]! ** 2 * step
  }
}
