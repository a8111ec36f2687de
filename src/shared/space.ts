/** The spaces a position can be in; the brand makes mixing them a compile error, plain literals fit either. */
declare const space: unique symbol

/** A position on the photo in pixels, y down; pixel (0, 0) covers [0, 1) x [0, 1). */
export interface ImagePoint {
  readonly x: number
  readonly y: number
  readonly [space]?: 'image'
}
/** A position in a pane in CSS pixels from its top left corner. */
export interface ScreenPoint {
  readonly x: number
  readonly y: number
  readonly [space]?: 'screen'
}
/** A whole pixel: integers. */
export interface CellPoint {
  readonly x: number
  readonly y: number
  readonly [space]?: 'cell'
}
/** Whole pixels; never empty. */
export interface PixelRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface Size {
  readonly width: number
  readonly height: number
}
/** The image point (x, y) stands at the centre of the pane; scale = CSS pixels per image pixel. */
export interface CameraPose {
  readonly x: number
  readonly y: number
  readonly scale: number
}

export function imageFromScreen(camera: CameraPose, pane: Size, point: ScreenPoint): ImagePoint {
  return {
    x: camera.x + (point.x - pane.width / 2) / camera.scale,
    y: camera.y + (point.y - pane.height / 2) / camera.scale,
  }
}

export function screenFromImage(camera: CameraPose, pane: Size, point: ImagePoint): ScreenPoint {
  return {
    x: (point.x - camera.x) * camera.scale + pane.width / 2,
    y: (point.y - camera.y) * camera.scale + pane.height / 2,
  }
}

/** The pixel that contains a point. */
export function cellFromImage(point: ImagePoint): CellPoint {
  return { x: Math.floor(point.x), y: Math.floor(point.y) }
}

/** The smallest rectangle around both. */
export function unionRect(a: PixelRect | null, b: PixelRect | null): PixelRect | null {
  if (!a || !b) return a ?? b
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}

/** The pixels in both; null when there are none. */
export function intersectRect(a: PixelRect | null, b: PixelRect | null): PixelRect | null {
  if (!a || !b) return null
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

const areaOf = ({ width, height }: PixelRect): number => width * height

/**
 * Adds a rectangle to a list that covers everything added: it joins one that it hardly enlarges, and beyond `limit` all
 * become one. Keeps a long diagonal from costing the box around it.
 */
export function addRect(list: readonly PixelRect[], rect: PixelRect, limit: number): readonly PixelRect[] {
  for (const [index, one] of list.entries()) {
    const joined = unionRect(one, rect)
    if (joined && areaOf(joined) <= 1.25 * (areaOf(one) + areaOf(rect))) return list.with(index, joined)
  }
  if (list.length < limit) return [...list, rect]
  return [list.reduce<PixelRect | null>(unionRect, rect) ?? rect]
}
