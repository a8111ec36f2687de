import { TILE, tileRect, type TileAddress } from './edit'
import { bytesOf, bytesPerPixel, type ClassMap, type DenseMap, type ScalarMap } from './maps'
import type { Mask } from './mask'
import { intersectRect, type PixelRect, type Size } from './space'

/** Where a gesture may change pixels, whatever tool makes it. A part that is null or empty allows everything. */
export interface Constraint {
  readonly selection: Mask | null
  /** Only where this map has one of these classes. */
  readonly inside: { readonly map: ClassMap; readonly classes: ReadonlySet<number> } | null
  /** Only where this depth is valid and min <= metres <= max. */
  readonly range: { readonly map: ScalarMap; readonly min: number; readonly max: number } | null
}

/**
 * A constraint as it was when a gesture began. What a tile allows is read when the gesture first touches it, in any map,
 * so that what the gesture itself paints never widens or narrows where it may paint.
 */
export class Guard {
  readonly #tiles = new Map<number, Uint8Array<ArrayBuffer> | null>()

  constructor(
    private readonly size: Size,
    private readonly constraint: Constraint,
  ) {}

  /** True when every pixel may be painted. */
  get open(): boolean {
    const { selection, inside, range } = this.constraint
    return selection === null && inside === null && range === null
  }

  /** One byte per pixel of the tile, rows packed, 1 = may be painted; null = all of it. Call before the tile is written. */
  tile(address: TileAddress): Uint8Array<ArrayBuffer> | null {
    if (this.open) return null
    const key = address.ty * 65536 + address.tx
    let allowed = this.#tiles.get(key)
    if (allowed === undefined) this.#tiles.set(key, (allowed = this.#read(tileRect(this.size, address))))
    return allowed
  }

  #read({ x, y, width, height }: PixelRect): Uint8Array<ArrayBuffer> {
    const { selection, inside, range } = this.constraint
    const allowed = new Uint8Array(width * height)
    for (let j = 0, at = 0; j < height; j++)
      for (let i = 0; i < width; i++, at++) {
        const pixel = (y + j) * this.size.width + x + i
        if (selection && selection.data[pixel] === 0) continue
        if (inside && !inside.classes.has(inside.map.data[pixel]!)) continue
        if (range && !within(range.map.data[pixel]!, range)) continue
        allowed[at] = 1
      }
    return allowed
  }
}

function within(depth: number, { min, max }: { min: number; max: number }): boolean {
  return depth > 0 && depth >= min && depth <= max
}

/**
 * Puts back every pixel of `rect` inside one tile that the gesture may not change: outside `allowed`, or of a locked class
 * before or after (a locked class neither loses nor gains a pixel). `before` is the tile when the gesture began.
 */
export function putBack(
  map: DenseMap,
  rect: PixelRect,
  tile: TileAddress & { readonly before: Uint8Array },
  allowed: Uint8Array | null,
  locked: ReadonlySet<number>,
): void {
  const locks = map.kind === 'class' && locked.size > 0
  if (!allowed && !locks) return
  const box = tileRect(map, tile)
  const part = intersectRect(box, rect)
  if (!part) return
  const bytes = bytesOf(map)
  const pixel = bytesPerPixel(map.kind)
  for (let y = part.y; y < part.y + part.height; y++) {
    let at = (y - box.y) * box.width + part.x - box.x
    let target = y * map.width + part.x
    for (const end = at + part.width; at < end; at++, target++) {
      const kept = locks && (locked.has(tile.before[at]!) || locked.has(bytes[target]!))
      if (!kept && (!allowed || allowed[at] === 1)) continue
      for (let k = 0; k < pixel; k++) bytes[target * pixel + k] = tile.before[at * pixel + k]!
    }
  }
}

/** Every tile that shares a pixel with the rectangle. */
export function tilesOf(rect: PixelRect): TileAddress[] {
  const tiles: TileAddress[] = []
  const lastX = Math.floor((rect.x + rect.width - 1) / TILE)
  const lastY = Math.floor((rect.y + rect.height - 1) / TILE)
  for (let ty = Math.floor(rect.y / TILE); ty <= lastY; ty++)
    for (let tx = Math.floor(rect.x / TILE); tx <= lastX; tx++) tiles.push({ tx, ty })
  return tiles
}
