import { AppError } from './errors'
import { bytesOf, bytesPerPixel, type DenseMap } from './maps'
import type { PixelRect } from './space'

/** Edits are stored per tile: a stroke costs the tiles it touches, whatever the size of the image. */
export const TILE = 64

export interface TileAddress {
  readonly tx: number
  readonly ty: number
}
/** The bytes of one tile (clipped at the map's right and bottom edge, rows packed). */
export interface TileBytes extends TileAddress {
  readonly bytes: Uint8Array<ArrayBuffer>
}
/** One tile before and after an edit. */
export interface TilePatch extends TileAddress {
  readonly before: Uint8Array<ArrayBuffer>
  readonly after: Uint8Array<ArrayBuffer>
}

interface TileRect {
  x: number
  y: number
  width: number
  height: number
}

/** A tile's rectangle in map pixels. Throws `value_out_of_range` outside the map. */
export function tileRect(map: { width: number; height: number }, { tx, ty }: TileAddress): TileRect {
  const x = tx * TILE
  const y = ty * TILE
  if (!Number.isInteger(tx) || !Number.isInteger(ty) || tx < 0 || ty < 0 || x >= map.width || y >= map.height)
    throw new AppError('value_out_of_range', `tile ${tx},${ty} lies outside a ${map.width}x${map.height} map`)
  return { x, y, width: Math.min(TILE, map.width - x), height: Math.min(TILE, map.height - y) }
}

/** A copy of one tile's bytes. */
export function readTile(map: DenseMap, address: TileAddress): Uint8Array<ArrayBuffer> {
  const { x, y, width, height } = tileRect(map, address)
  const pixel = bytesPerPixel(map.kind)
  const source = bytesOf(map)
  const row = width * pixel
  const out = new Uint8Array(row * height)
  for (let j = 0; j < height; j++) {
    const start = ((y + j) * map.width + x) * pixel
    out.set(source.subarray(start, start + row), j * row)
  }
  return out
}

/** Writes one tile in place. Throws `file_malformed` when the byte count does not fit the tile. */
export function writeTile(map: DenseMap, { tx, ty, bytes }: TileBytes): void {
  const { x, y, width, height } = tileRect(map, { tx, ty })
  const pixel = bytesPerPixel(map.kind)
  const row = width * pixel
  if (bytes.byteLength !== row * height)
    throw new AppError(
      'file_malformed',
      `tile ${tx},${ty} needs ${row * height} bytes, found ${bytes.byteLength}`,
    )
  const target = bytesOf(map)
  for (let j = 0; j < height; j++)
    target.set(bytes.subarray(j * row, (j + 1) * row), ((y + j) * map.width + x) * pixel)
}

/** The tiles' pixels as few rectangles: neighbours in a row become one, and so do equal rows below each other. */
export function tileRects(
  map: { width: number; height: number },
  tiles: readonly TileAddress[],
): readonly PixelRect[] {
  const sorted = tiles.toSorted((a, b) => a.ty - b.ty || a.tx - b.tx)
  const runs: { tx: number; ty: number; columns: number; rows: number }[] = []
  for (const { tx, ty } of sorted) {
    const last = runs.at(-1)
    if (last?.ty === ty && last.tx + last.columns === tx) last.columns++
    else runs.push({ tx, ty, columns: 1, rows: 1 })
  }
  const blocks: typeof runs = []
  for (const run of runs) {
    const above = blocks.find(
      ({ tx, ty, columns, rows }) => tx === run.tx && columns === run.columns && ty + rows === run.ty,
    )
    if (above) above.rows++
    else blocks.push(run)
  }
  return blocks.map(({ tx, ty, columns, rows }) => {
    const x = tx * TILE
    const y = ty * TILE
    return {
      x,
      y,
      width: Math.min(columns * TILE, map.width - x),
      height: Math.min(rows * TILE, map.height - y),
    }
  })
}
