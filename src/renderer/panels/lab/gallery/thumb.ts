import type { LabMap } from '../../../editor/types'
import { rampRgb } from '../ramp'

/** Weights on a model grid, of any number type. */
export interface ThumbMap {
  readonly header: LabMap['header']
  readonly data: ArrayLike<number>
}

/**
 * The part of an attention map that lies on the photo as RGBA pixels, one per grid cell, opaque, from 0 to `end` (by
 * default the largest weight of that part), by the square root as over the panes. Its rectangle is rounded to whole cells.
 */
export function thumbPixels(
  map: ThumbMap,
  end?: number,
): {
  width: number
  height: number
  pixels: Uint8ClampedArray<ArrayBuffer>
} {
  const { width: columns, height: rows, imageRect } = map.header
  const left = Math.min(columns - 1, Math.max(0, Math.round(imageRect.x)))
  const top = Math.min(rows - 1, Math.max(0, Math.round(imageRect.y)))
  const width = Math.max(1, Math.min(columns - left, Math.round(imageRect.width)))
  const height = Math.max(1, Math.min(rows - top, Math.round(imageRect.height)))
  const weight = (x: number, y: number): number => map.data[(top + y) * columns + left + x] ?? 0
  let most = 0
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) most = Math.max(most, weight(x, y))
  const max = end ?? most
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels.set([...rampRgb(max > 0 ? Math.sqrt(weight(x, y) / max) : 0), 255], (y * width + x) * 4)
  return { width, height, pixels }
}

export function paintThumb(canvas: HTMLCanvasElement, map: ThumbMap, end?: number): void {
  const { width, height, pixels } = thumbPixels(map, end)
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
}

/** Paints a canvas whenever the map changes: `<canvas {@attach thumb(map)}>`. */
export function thumb(map: ThumbMap): (canvas: HTMLCanvasElement) => void {
  return (canvas) => paintThumb(canvas, map)
}
