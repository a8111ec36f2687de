import { addRect, type PixelRect, type Size } from '../../shared/space'
import { texelSize, texelsOf, type TexelBlock } from '../../shared/texels'

/** Texels a side of a tile's canvas: far below any limit of the platform, large enough that a screen needs few. */
export const CANVAS_TILE = 512
/** Tiles kept beyond twice those a frame needs. */
const SPARE_TILES = 8
/** Separate parts of a tile that are coloured again one by one. */
const DIRTY_PARTS = 8

/** Colours a block of texels; called only for texels that are drawn and out of date. */
export type PaintTexels = (block: TexelBlock) => void

/** Where a picture lies on a canvas, in device pixels. */
export interface Placement {
  /** The picture's top left corner. */
  readonly x: number
  readonly y: number
  /** Device pixels per image pixel. */
  readonly scale: number
  /** What is to be drawn, whole device pixels. */
  readonly clip: PixelRect
}

/** One small canvas. */
export interface Surface<Image> {
  readonly image: Image
  /** Fills a rectangle, in the surface's own pixels, with colours whose rows are `CANVAS_TILE` apart. */
  put(colours: Uint32Array<ArrayBuffer>, rect: PixelRect): void
}

/** What pictures are drawn on: a 2D context whose transform is the identity. */
export interface Target<Image> {
  drawImage(
    image: Image,
    sx: number,
    sy: number,
    sw: number,
    sh: number,
    dx: number,
    dy: number,
    dw: number,
    dh: number,
  ): void
}

interface Options {
  /** A pixel's change shows in neighbours this far away. */
  readonly reach?: number
  /** The most texels a pixel may have a side, as a level: 0 = one. */
  readonly finest?: number
}

interface Tile<Image> {
  readonly surface: Surface<Image>
  readonly level: number
  /** The texels it holds. */
  readonly area: PixelRect
  /** Texels to colour again. */
  dirty: readonly PixelRect[]
}

/** Carries colours into a surface; one for all, because nothing stays in it. */
const COLOURS = new Uint32Array(CANVAS_TILE * CANVAS_TILE)

/**
 * The picture of a map of any size, made of small canvases at the level of detail that is looked at, so that neither memory
 * nor time grows with the image: a tile is made and coloured when it is drawn, and only where it changed. Never read back.
 */
export class TiledRaster<Image> {
  /** Least recently drawn first. */
  readonly #tiles = new Map<string, Tile<Image>>()
  readonly #reach: number
  readonly #finest: number
  /** The level last drawn and the most tiles of it a drawing needed; drawing a part of a pane must not forget the rest. */
  #level = 0
  #needed = 0

  constructor(
    private readonly size: Size,
    private readonly paint: PaintTexels,
    /** Throws when there is no memory for another canvas. */
    private readonly makeSurface: (size: Size) => Surface<Image>,
    { reach = 0, finest = 0 }: Options = {},
  ) {
    this.#reach = reach
    this.#finest = finest
  }

  /** Canvases in use, for tests and the memory report. */
  get tiles(): number {
    return this.#tiles.size
  }

  /** Says that pixels changed; null = all of them. */
  soil(rect: PixelRect | null): void {
    for (const tile of this.#tiles.values()) {
      const { level, area } = tile
      const dirty = rect ? intersection(texelsOf(rect, this.size, level, this.#reach), area) : area
      if (dirty) tile.dirty = rect ? addRect(tile.dirty, dirty, DIRTY_PARTS) : [area]
    }
  }

  /** The level at which a texel is a device pixel or a little less; between whole levels of several texels a pixel, a little more. */
  levelAt(scale: number): number {
    return Math.max(this.#finest, Math.trunc(-Math.log2(scale)))
  }

  /** Draws what the clip shows; alpha, blending and smoothing are the caller's. */
  draw(target: Target<Image>, { x, y, scale, clip }: Placement): void {
    const level = this.levelAt(scale)
    const texel = scale * 2 ** level
    const whole = texelSize(this.size, level)
    const side = CANVAS_TILE * texel
    const first = { x: Math.floor((clip.x - x) / side), y: Math.floor((clip.y - y) / side) }
    const last = {
      x: Math.min(Math.ceil((clip.x + clip.width - x) / side), Math.ceil(whole.width / CANVAS_TILE)),
      y: Math.min(Math.ceil((clip.y + clip.height - y) / side), Math.ceil(whole.height / CANVAS_TILE)),
    }
    let drawn = 0
    for (let ty = Math.max(0, first.y); ty < last.y; ty++)
      for (let tx = Math.max(0, first.x); tx < last.x; tx++) {
        const area = tileArea(whole, tx, ty)
        const { image } = this.#tile(`${level}/${tx}/${ty}`, level, area).surface
        // Whole device pixels, or the seams between tiles would show as hairlines.
        const left = Math.round(x + area.x * texel)
        const top = Math.round(y + area.y * texel)
        const width = Math.round(x + (area.x + area.width) * texel) - left
        const height = Math.round(y + (area.y + area.height) * texel) - top
        if (width > 0 && height > 0)
          target.drawImage(image, 0, 0, area.width, area.height, left, top, width, height)
        drawn++
      }
    this.#needed = level === this.#level ? Math.max(this.#needed, drawn) : drawn
    this.#level = level
    this.#forget(2 * this.#needed + SPARE_TILES)
  }

  /** A tile up to date, marked as used last. */
  #tile(key: string, level: number, area: PixelRect): Tile<Image> {
    let tile = this.#tiles.get(key)
    this.#tiles.delete(key)
    tile ??= { surface: this.makeSurface(area), level, area, dirty: [area] }
    this.#tiles.set(key, tile)
    for (const rect of tile.dirty) {
      this.paint({ level, rect, out: COLOURS, offset: 0, stride: CANVAS_TILE })
      tile.surface.put(COLOURS, { ...rect, x: rect.x - area.x, y: rect.y - area.y })
    }
    tile.dirty = []
    return tile
  }

  #forget(limit: number): void {
    for (const key of this.#tiles.keys()) {
      if (this.#tiles.size <= limit) return
      this.#tiles.delete(key)
    }
  }
}

function tileArea(whole: Size, tx: number, ty: number): PixelRect {
  const x = tx * CANVAS_TILE
  const y = ty * CANVAS_TILE
  return {
    x,
    y,
    width: Math.min(CANVAS_TILE, whole.width - x),
    height: Math.min(CANVAS_TILE, whole.height - y),
  }
}

function intersection(a: PixelRect, b: PixelRect): PixelRect | null {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}
