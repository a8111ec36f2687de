import { ATTENTION_LUT } from '../../shared/palette'
import type { LabMap } from '../editor/types'

/** Paints a map on a model grid, one pixel a cell, 0 transparent and `max` at the end of the colour table. */
export function paintHeat(canvas: HTMLCanvasElement, { header, data }: LabMap, max: number): void {
  const { width, height } = header
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const scale = max > 0 ? 255 / max : 0
  const colours = new Uint32Array(data.length)
  for (let at = 0; at < data.length; at++)
    colours[at] = ATTENTION_LUT[Math.min(255, Math.round(data[at]! * scale))]!
  const image = new ImageData(new Uint8ClampedArray(colours.buffer), width)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}
