import type { PixelRect, Size } from './space'

/**
 * A part of a picture at a level of detail: texel (x, y) covers the square of 2^level pixels a side whose top left pixel is
 * (x, y) * 2^level. Level 0 is one texel a pixel; below 0 a pixel has several texels a side.
 */
export interface TexelBlock {
  readonly level: number
  /** The texels to write; never outside `texelSize` of the map. */
  readonly rect: PixelRect
  /** Packed RGBA as `packRgba` makes it. */
  readonly out: Uint32Array
  /** Where texel (rect.x, rect.y) stands in `out`. */
  readonly offset: number
  /** Entries of `out` from one row of texels to the next. */
  readonly stride: number
}

/** Texels of a whole picture at a level; the last ones may cover fewer pixels. */
export function texelSize({ width, height }: Size, level: number): Size {
  return { width: Math.ceil(width / 2 ** level), height: Math.ceil(height / 2 ** level) }
}

/** The texels that share a pixel with `rect`, in pixels, grown by `reach` texels and pixels; clipped to the picture. */
export function texelsOf(rect: PixelRect, size: Size, level: number, reach = 0): PixelRect {
  const side = 2 ** level
  const grow = reach * Math.max(1, side)
  const whole = texelSize(size, level)
  const left = Math.max(0, Math.floor((rect.x - grow) / side))
  const top = Math.max(0, Math.floor((rect.y - grow) / side))
  const right = Math.min(whole.width, Math.ceil((rect.x + rect.width + grow) / side))
  const bottom = Math.min(whole.height, Math.ceil((rect.y + rect.height + grow) / side))
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** The whole map as one block at level 0 over an array of its size. */
export function wholeBlock(size: Size, out: Uint32Array): TexelBlock {
  const rect = { x: 0, y: 0, width: size.width, height: size.height }
  return { level: 0, rect, out, offset: 0, stride: size.width }
}
