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

  paint({ header, data }: LabMap, end: number): void {
    const { width, height } = header
    const { canvas } = this
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height)
      this.#colours = new Uint32Array(this.#image.data.buffer)
    }
    const scale = end > 0 ? 1 / end : 0
    const colours = this.#colours
    for (let at = 0; at < data.length; at++)
      colours[at] = HEAT_LUT[Math.min(255, Math.round(Math.sqrt(data[at]! * scale) * 255))]!
    this.#context?.putImageData(this.#image, 0, 0)
  }
}
