import { html, type Markup } from '../../../../shared/markup'
import { paintThumb, type ThumbMap } from '../gallery/thumb'

/** Where a map stands in a drawing, in user units. */
export interface MapPlace {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The part of an attention map that lies on the photo, as a picture of a drawing; colours as in `thumbPixels`. */
export function mapPicture(map: ThumbMap, { x, y, width, height }: MapPlace, end?: number): Markup {
  const canvas = document.createElement('canvas')
  paintThumb(canvas, map, end)
  return html`<image
    x="${x}"
    y="${y}"
    width="${width}"
    height="${height}"
    preserveAspectRatio="none"
    style="image-rendering: pixelated"
    href="${canvas.toDataURL('image/png')}"
  />`
}
