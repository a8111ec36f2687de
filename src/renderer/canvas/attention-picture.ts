import type { Size } from '../../shared/space'
import type { AttentionMap } from '../editor/types'

/** An attention map as a canvas of one pixel per grid cell, its largest weight at the end of the colour table. */
export function attentionPicture({ header, data }: AttentionMap, lut: Uint32Array): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = header.width
  canvas.height = header.height
  let largest = 0
  for (const weight of data) if (weight > largest) largest = weight
  const scale = largest > 0 ? 255 / largest : 0
  const colours = Uint32Array.from(data, (weight) => lut[Math.round(weight * scale)] ?? 0)
  const image = new ImageData(new Uint8ClampedArray(colours.buffer), header.width)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas
}

/** Draws the part of an attention map that lies on the photo; `place` is the photo's corner and scale in device pixels. */
export function drawAttention(
  context: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  header: AttentionMap['header'],
  photo: Size,
  place: { x: number; y: number; scale: number },
): void {
  const { imageRect } = header
  const across = (photo.width / imageRect.width) * place.scale
  const down = (photo.height / imageRect.height) * place.scale
  context.save()
  context.beginPath()
  context.rect(place.x, place.y, photo.width * place.scale, photo.height * place.scale)
  context.clip()
  context.imageSmoothingEnabled = false
  context.drawImage(
    picture,
    place.x - imageRect.x * across,
    place.y - imageRect.y * down,
    header.width * across,
    header.height * down,
  )
  context.restore()
}
