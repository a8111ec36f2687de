import { TILE } from '../../../shared/edit'
import { assertNever } from '../../../shared/errors'
import { channelsOf, type DenseMap } from '../../../shared/maps'
import { brushCell, strokeSpans } from '../../../shared/raster'
import type { CellPoint, ImagePoint, PixelRect } from '../../../shared/space'
import type { PixelValue } from '../values'

/** What a stroke leaves behind: one value everywhere, or the pixels of another map of the same size and kind. */
export type Ink =
  { readonly kind: 'value'; readonly value: PixelValue } | { readonly kind: 'map'; readonly source: DenseMap }

/** A stroke in progress: a chain of capsules written straight into the map. */
export class Stroke {
  #last: CellPoint | null = null

  /** `beforeWrite` is called with the bounds of each piece before any of its pixels change. */
  constructor(
    private readonly map: DenseMap,
    private readonly diameter: number,
    private readonly ink: Ink,
    private readonly beforeWrite: (rect: PixelRect) => void,
  ) {}

  /** Paints from the last point to this one; the rectangle that changed, null outside the photo. */
  to(point: ImagePoint): PixelRect | null {
    const cell = brushCell(point, this.diameter)
    const from = this.#last ?? cell
    // A pointer that rests within one pixel paints nothing new.
    if (this.#last && cell.x === from.x && cell.y === from.y) return null
    this.#last = cell
    const bounds = boundsOf(from, cell, this.diameter, this.map)
    if (!bounds) return null
    this.beforeWrite(bounds)
    return strokeSpans(from, cell, this.diameter, this.map, this.#writer())
  }

  #writer(): (y: number, start: number, end: number) => void {
    const { map, ink } = this
    const { data, width } = map
    const channels = channelsOf(map.kind)
    switch (ink.kind) {
      case 'value':
        return valueWriter(map, ink.value)
      case 'map': {
        const { source } = ink
        return (y, start, end) => {
          const last = (y * width + end) * channels
          for (let at = (y * width + start) * channels; at < last; at++) data[at] = source.data[at]!
        }
      }
      default:
        return assertNever(ink)
    }
  }
}

function valueWriter(
  { data, width, kind }: DenseMap,
  value: PixelValue,
): (y: number, start: number, end: number) => void {
  const [first = 0, second = 0, third = 0] = value
  if (channelsOf(kind) === 1)
    return (y, start, end) => {
      data.fill(first, y * width + start, y * width + end)
    }
  return (y, start, end) => {
    for (let at = (y * width + start) * 3; at < (y * width + end) * 3; at += 3) {
      data[at] = first
      data[at + 1] = second
      data[at + 2] = third
    }
  }
}

/** The box around a piece of stroke, clipped; null when it lies outside. */
function boundsOf(from: CellPoint, to: CellPoint, diameter: number, map: DenseMap): PixelRect | null {
  const reach = Math.floor(diameter / 2)
  const rest = diameter - reach
  const left = Math.max(0, Math.min(from.x, to.x) - reach)
  const top = Math.max(0, Math.min(from.y, to.y) - reach)
  const right = Math.min(map.width, Math.max(from.x, to.x) + rest)
  const bottom = Math.min(map.height, Math.max(from.y, to.y) + rest)
  return left < right && top < bottom ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

/** Calls `visit` for every tile that shares a pixel with the rectangle. */
export function tilesOf(rect: PixelRect, visit: (tile: { tx: number; ty: number }) => void): void {
  const lastX = Math.floor((rect.x + rect.width - 1) / TILE)
  const lastY = Math.floor((rect.y + rect.height - 1) / TILE)
  for (let ty = Math.floor(rect.y / TILE); ty <= lastY; ty++)
    for (let tx = Math.floor(rect.x / TILE); tx <= lastX; tx++) visit({ tx, ty })
}
