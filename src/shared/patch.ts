import { TILE, tileRect, type TileAddress, type TileBytes } from './edit'
import { bytesOf, bytesPerPixel, type DenseMap } from './maps'

/** The changed rectangle of one tile. `bytes` is the side that is not in the map now, `sum` the checksum of the one that is. */
export interface Patch extends TileAddress {
  /** In map pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sum: number
}

/** What a gesture changed in a tile, cut to the smallest rectangle; null when every byte is as before. */
export function tilePatch(map: DenseMap, before: TileBytes): Patch | null {
  const tile = tileRect(map, before)
  const pixel = bytesPerPixel(map.kind)
  const bytes = bytesOf(map)
  const row = tile.width * pixel
  let [left, right, top, bottom] = [TILE, 0, TILE, 0]
  for (let j = 0; j < tile.height; j++) {
    const at = ((tile.y + j) * map.width + tile.x) * pixel
    let first = 0
    while (first < row && bytes[at + first] === before.bytes[j * row + first]) first++
    if (first === row) continue
    let last = row - 1
    while (bytes[at + last] === before.bytes[j * row + last]) last--
    left = Math.min(left, Math.floor(first / pixel))
    right = Math.max(right, Math.floor(last / pixel) + 1)
    top = Math.min(top, j)
    bottom = j + 1
  }
  if (left >= right) return null
  const [width, height] = [right - left, bottom - top]
  const cut = new Uint8Array(width * height * pixel)
  for (let j = 0; j < height; j++) {
    const from = ((top + j) * tile.width + left) * pixel
    cut.set(before.bytes.subarray(from, from + width * pixel), j * width * pixel)
  }
  const rect = { x: tile.x + left, y: tile.y + top, width, height }
  return { tx: before.tx, ty: before.ty, ...rect, bytes: cut, sum: checksum(readRect(map, rect)) }
}

/** True when the map holds what the patch's gesture left there. */
export function verifyPatch(map: DenseMap, patch: Patch): boolean {
  return checksum(readRect(map, patch)) === patch.sum
}

/** Writes the patch into the map; the result holds what was there. */
export function swapPatch(map: DenseMap, patch: Patch): Patch {
  const bytes = readRect(map, patch)
  const all = bytesOf(map)
  const pixel = bytesPerPixel(map.kind)
  const row = patch.width * pixel
  for (let j = 0; j < patch.height; j++)
    all.set(patch.bytes.subarray(j * row, (j + 1) * row), ((patch.y + j) * map.width + patch.x) * pixel)
  return { ...patch, bytes, sum: checksum(patch.bytes) }
}

function readRect(
  map: DenseMap,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const all = bytesOf(map)
  const pixel = bytesPerPixel(map.kind)
  const row = width * pixel
  const out = new Uint8Array(row * height)
  for (let j = 0; j < height; j++) {
    const at = ((y + j) * map.width + x) * pixel
    out.set(all.subarray(at, at + row), j * row)
  }
  return out
}

/** FNV-1a, 32 bits. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash >>> 0
}
