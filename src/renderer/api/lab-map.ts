import { decodeWeights, encodeWeights } from '../../shared/lab/quantised'
import type { GridMap } from '../../shared/lab/wire'

type Floats = Float32Array<ArrayBuffer>
type Codes = Uint16Array<ArrayBuffer>

/**
 * Weights on a model grid, row-major; `header.imageRect` says where the photo lies on it. Made of values or of their codes
 * (`quantised.ts`), and the other when it is asked for: colours follow the root of a value, which is its code, so that a map
 * that is only drawn is never decoded.
 */
export class LabMap {
  #values: Floats | null
  #codes: Codes | null

  private constructor(
    readonly header: Pick<GridMap, 'width' | 'height' | 'imageRect'>,
    readonly max: number,
    values: Floats | null,
    codes: Codes | null,
  ) {
    this.#values = values
    this.#codes = codes
  }

  /** `max` is the largest of `values`, none of them negative. */
  static ofValues(header: LabMap['header'], values: Floats, max: number): LabMap {
    return new LabMap(header, max, values, null)
  }
  static ofCodes(header: LabMap['header'], codes: Codes, max: number): LabMap {
    return new LabMap(header, max, null, codes)
  }

  get cells(): number {
    return this.header.width * this.header.height
  }
  get data(): Floats {
    if (!this.#values) {
      this.#values = new Float32Array(this.cells)
      decodeWeights(this.codes, 0, this.cells, this.max, this.#values, 0)
    }
    return this.#values
  }
  get codes(): Codes {
    if (!this.#codes) {
      this.#codes = new Uint16Array(this.cells)
      encodeWeights(this.data, 0, this.cells, this.max, this.#codes, 0)
    }
    return this.#codes
  }
}
