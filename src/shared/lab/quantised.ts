/**
 * Rows of non-negative weights as 16-bit fractions of each row's largest: half the memory of float32, and every value
 * within 7.7e-6 of its row's largest. What a softmax gave is kept this way; nothing is computed on in this form.
 */
export class Quantised {
  private readonly values: Uint16Array<ArrayBuffer>
  /** What one step of a row is worth. */
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
      this.steps[row] = largest / 65_535
      const scale = largest > 0 ? 65_535 / largest : 0
      for (let at = start; at < start + length; at++) this.values[at] = data[at]! * scale + 0.5
    }
  }

  get bytes(): number {
    return this.values.byteLength + this.steps.byteLength
  }

  /** Writes one row at `at` of `target`. */
  read(row: number, target: Float32Array, at: number): void {
    const { values, length } = this
    const step = this.steps[row]!
    for (let i = 0, from = row * length; i < length; i++) target[at + i] = values[from + i]! * step
  }

  /** One value. */
  at(row: number, column: number): number {
    return this.values[row * this.length + column]! * this.steps[row]!
  }
}
