import { LARGEST_CODE } from '../../shared/lab/quantised'
import { ATTENTION_LUT } from '../../shared/palette'
import type { LabMap } from '../editor/types'

/** The colours of attention, less opaque where there is less of it, so that the photo stays in sight below. */
const HEAT_LUT = ATTENTION_LUT.map((colour, at) => (colour & 0xffffff) | (Math.round(at * 0.9) << 24))

/**
 * Paints a map on a model grid, one pixel a cell: 0 is transparent, the colours follow the square root of the value, because
 * attention lies on a few cells and its surroundings would else be black, and end at `end`.
 */
export class HeatPicture {
  readonly #context: CanvasRenderingContext2D | null
  /** Used again for every map of its size: a pointer asks for several each frame. */
  #image = new ImageData(1, 1)
  #colours = new Uint32Array(this.#image.data.buffer)

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext('2d')
  }

  paint({ header, codes, max }: LabMap, end: number): void {
    const { width, height } = header
    const { canvas } = this
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height)
      this.#colours = new Uint32Array(this.#image.data.buffer)
    }
    // A code is the root of a fraction of `max`.
    const scale = end > 0 ? (Math.sqrt(max / end) * 255) / LARGEST_CODE : 0
    const colours = this.#colours
    for (let at = 0; at < codes.length; at++) {
      // Rounded by cutting off: four times as fast here as Math.round and Math.min, with the same result for these numbers.
      const step = (codes[at]! * scale + 0.5) | 0
      colours[at] = HEAT_LUT[step < 255 ? step : 255]!
    }
    this.#context?.putImageData(this.#image, 0, 0)
  }
}
