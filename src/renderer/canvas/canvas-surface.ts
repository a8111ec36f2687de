import { AppError } from '../../shared/errors'
import type { PixelRect, Size } from '../../shared/space'
import { CANVAS_TILE, type Surface } from './tiled-raster'

/** A tile as a canvas. Throws `internal` when the browser has no memory for it. */
export function makeCanvasSurface(size: Size): Surface<CanvasImageSource> {
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  const context = canvas.getContext('2d')
  if (!context)
    throw new AppError(
      'internal',
      `The browser has no memory for another canvas of ${size.width}x${size.height} pixels, so a part of the picture is missing. Hide layers or close other windows.`,
    )
  return {
    image: canvas,
    put(colours, { x, y, width, height }: PixelRect) {
      // The colours of the rectangle begin at the first entry; only that rectangle is copied.
      context.putImageData(imageOf(colours), x, y, 0, 0, width, height)
    },
  }
}

const images = new WeakMap<Uint32Array<ArrayBuffer>, ImageData>()
/** The colours as ImageData over the same memory. */
function imageOf(colours: Uint32Array<ArrayBuffer>): ImageData {
  let image = images.get(colours)
  if (!image) {
    image = new ImageData(new Uint8ClampedArray(colours.buffer), CANVAS_TILE)
    images.set(colours, image)
  }
  return image
}
