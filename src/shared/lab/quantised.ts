/** The largest code, that of the largest value. */
export const LARGEST_CODE = 65_535

type Codes = Uint16Array<ArrayBuffer>

/**
 * Writes `length` non-negative weights from `start` of `data` as 16-bit codes at `at`: the square root of each value's
 * fraction of `largest`. The error is at most 1.5e-5 of the largest at the largest, and falls with the root of the value, so
 * that sums over peaked maps stay exact.
 */
export function encodeWeights(
  data: Float32Array,
  start: number,
  length: number,
  largest: number,
  codes: Codes,
  at: number,
): void {
  const scale = largest > 0 ? 1 / largest : 0
  for (let i = 0; i < length; i++) codes[at + i] = Math.sqrt(data[start + i]! * scale) * LARGEST_CODE + 0.5
}

/** The other way round; `largest` as float32. */
export function decodeWeights(
  codes: Codes,
  start: number,
  length: number,
  largest: number,
  target: Float32Array,
  at: number,
): void {
  const step = largest / LARGEST_CODE ** 2
  for (let i = 0; i < length; i++) target[at + i] = codes[start + i]! ** 2 * step
}

/**
 * Rows of weights as codes, half the memory of float32. What a softmax gave is kept this way (its largest is at least
 * 1 / length, far from where float32 underflows); nothing is computed on in this form.
 */
export class Quantised {
  private readonly codes: Codes
  private readonly largest: Float32Array<ArrayBuffer>

  /** `data` is whole rows of `length` numbers. */
  constructor(
    data: Float32Array,
    readonly length: number,
  ) {
    const rows = data.length / length
    this.codes = new Uint16Array(data.length)
    this.largest = new Float32Array(rows)
    for (let row = 0, start = 0; row < rows; row++, start += length) {
      let largest = 0
      for (let at = start; at < start + length; at++) if (data[at]! > largest) largest = data[at]!
      this.largest[row] = largest
      encodeWeights(data, start, length, largest, this.codes, start)
    }
  }

  get bytes(): number {
    return this.codes.byteLength + this.largest.byteLength
  }

  /** Writes one row at `at` of `target`. */
  read(row: number, target: Float32Array, at: number): void {
    decodeWeights(this.codes, row * this.length, this.length, this.largest[row]!, target, at)
  }
}
