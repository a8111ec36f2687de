import { colourRect, type MapStyle } from '../../shared/colour'
import { differenceRect } from '../../shared/difference'
import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import type { PixelRect, Size } from '../../shared/space'

/** Above these Chromium gives a canvas that stays white, without an error. */
const MAX_CANVAS_PIXELS = 268_435_456
const MAX_CANVAS_SIDE = 16_384

export function assertCanvasFits({ width, height }: Size): void {
  if (width > MAX_CANVAS_SIDE || height > MAX_CANVAS_SIDE || width * height > MAX_CANVAS_PIXELS)
    throw new AppError(
      'file_too_large',
      `A picture of ${width}x${height} pixels cannot be drawn: a canvas holds at most ${MAX_CANVAS_SIDE} pixels a side and ${MAX_CANVAS_PIXELS} in all.`,
    )
}

/** The picture of one map at one canvas pixel per map pixel, whatever the screen's pixel ratio. Never read back. */
export class RasterCanvas {
  readonly canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #image: ImageData
  readonly #packed: Uint32Array

  /** Throws `file_too_large` above the platform's limit and `internal` when the canvas could not be made. */
  constructor(size: Size) {
    assertCanvasFits(size)
    this.canvas = document.createElement('canvas')
    this.canvas.width = size.width
    this.canvas.height = size.height
    const context = this.canvas.getContext('2d')
    if (!context) throw new AppError('internal', 'The browser gave no canvas to draw on.')
    this.#context = context
    this.#image = context.createImageData(size.width, size.height)
    this.#packed = new Uint32Array(this.#image.data.buffer)
  }

  /** Colours one rectangle of the map. */
  colour(map: DenseMap, style: MapStyle, rect: PixelRect): void {
    colourRect(map, style, this.#packed, rect)
    this.#put(rect)
  }

  /** Colours one rectangle of the difference of two maps. */
  compare(reference: DenseMap, found: DenseMap, classes: Uint32Array, rect: PixelRect): void {
    differenceRect(reference, found, classes, this.#packed, rect)
    this.#put(rect)
  }

  /** Shows ready colours, e.g. of an attention map; `colours` has one entry per pixel. */
  fill(colours: (index: number) => number): void {
    for (let at = 0; at < this.#packed.length; at++) this.#packed[at] = colours(at)
    this.#put({ x: 0, y: 0, width: this.canvas.width, height: this.canvas.height })
  }

  #put({ x, y, width, height }: PixelRect): void {
    this.#context.putImageData(this.#image, 0, 0, x, y, width, height)
  }
}
