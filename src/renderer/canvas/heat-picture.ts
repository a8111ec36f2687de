import { ATTENTION_LUT } from '../../shared/palette'
import type { LabMap } from '../editor/types'

/** The colours of attention, less opaque where there is less of it, so that the photo stays in sight below. */
const HEAT_LUT = ATTENTION_LUT.map((colour, at) => (colour & 0xffffff) | (Math.round(at * 0.9) << 24))

/**
 * Paints a map on a model grid, one pixel a cell: 0 is transparent, the colours follow the square root of the value, because
 * attention lies on a few cells and its surroundings would else be black, and end at `end`.
 */
export function paintHeat(canvas: HTMLCanvasElement, { header, data }: LabMap, end: number): void {
  const { width, height } = header
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const scale = end > 0 ? 1 / end : 0
  const colours = new Uint32Array(data.length)
  for (let at = 0; at < data.length; at++)
    colours[at] = HEAT_LUT[Math.min(255, Math.round(Math.sqrt(data[at]! * scale) * 255))]!
  const image = new ImageData(new Uint8ClampedArray(colours.buffer), width)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}
