import { TILE, tileRect, type TileAddress, type TileBytes } from './edit'
import { bytesOf, bytesPerPixel, channelsOf, type DenseMap } from './maps'
import type { PixelRect } from './space'

const PRIME = 0x01000193

/** The changed rectangle of one tile. `bytes` is the side that is not in the map now. */
export interface Patch extends TileAddress {
  /** In map pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Checksum of the side that is in the map, and of `bytes`; they change places with the sides. */
  readonly sum: number
  readonly bytesSum: number
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
  const channels = channelsOf(map.kind)
  const cut = new Uint8Array(width * height * pixel)
  for (let j = 0; j < height; j++) {
    const from = ((top + j) * tile.width + left) * pixel
    cut.set(before.bytes.subarray(from, from + width * pixel), j * width * pixel)
  }
  const rect = { tx: before.tx, ty: before.ty, x: tile.x + left, y: tile.y + top, width, height }
  const bytesSum = checksum(elementsOf(cut, map.kind), {
    at: 0,
    stride: width * channels,
    row: width * channels,
    rows: height,
  })
  return { ...rect, bytes: cut, sum: sumOf(map, rect), bytesSum }
}

/** True when the map holds what the patch's gesture left there. */
export function verifyPatch(map: DenseMap, patch: Patch): boolean {
  return sumOf(map, patch) === patch.sum
}

/** Writes the patch into the map; the result holds what was there. */
export function swapPatch(map: DenseMap, patch: Patch): Patch {
  const all = bytesOf(map)
  const pixel = bytesPerPixel(map.kind)
  const row = patch.width * pixel
  const bytes = new Uint8Array(row * patch.height)
  for (let j = 0; j < patch.height; j++) {
    const at = ((patch.y + j) * map.width + patch.x) * pixel
    bytes.set(all.subarray(at, at + row), j * row)
    all.set(patch.bytes.subarray(j * row, (j + 1) * row), at)
  }
  return { ...patch, bytes, sum: patch.bytesSum, bytesSum: patch.sum }
}

/** `tile` as it was when `patch` held what is outside the map now: its bytes with the patch's laid over them. */
export function overlayPatch(map: DenseMap, tile: TileBytes, patch: Patch): Uint8Array<ArrayBuffer> {
  const { x, y, width } = tileRect(map, tile)
  const pixel = bytesPerPixel(map.kind)
  const row = patch.width * pixel
  const out = tile.bytes.slice()
  for (let j = 0; j < patch.height; j++)
    out.set(patch.bytes.subarray(j * row, (j + 1) * row), ((patch.y - y + j) * width + patch.x - x) * pixel)
  return out
}

function sumOf(map: DenseMap, { x, y, width, height }: PixelRect): number {
  const channels = channelsOf(map.kind)
  const stride = map.width * channels
  const rows = { at: y * stride + x * channels, stride, row: width * channels, rows: height }
  return checksum(elementsOf(bytesOf(map), map.kind), rows)
}

/** A map's bytes as the integers its values are: bytes for classes, words for floats. */
function elementsOf(bytes: Uint8Array<ArrayBuffer>, kind: DenseMap['kind']): Uint8Array | Int32Array {
  return kind === 'class' ? bytes : new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

/**
 * FNV-1a over integers instead of bytes, 32 bits, in four lanes: multiplications that wait for each other took most of the
 * time of an undo. Changing one element always changes the sum.
 */
function checksum(
  data: Uint8Array | Int32Array,
  { at, stride, row, rows }: { at: number; stride: number; row: number; rows: number },
): number {
  let [a, b, c, d] = [0x811c9dc5, 0x811c9dc4, 0x811c9dc7, 0x811c9dc6]
  for (let j = 0; j < rows; j++) {
    let from = at + j * stride
    const end = from + row
    for (; from + 3 < end; from += 4) {
      a = Math.imul(a ^ data[from]!, PRIME)
      b = Math.imul(b ^ data[from + 1]!, PRIME)
      c = Math.imul(c ^ data[from + 2]!, PRIME)
      d = Math.imul(d ^ data[from + 3]!, PRIME)
    }
    for (; from < end; from++) a = Math.imul(a ^ data[from]!, PRIME)
  }
  return (a ^ Math.imul(b, 3) ^ Math.imul(c, 5) ^ Math.imul(d, 7)) >>> 0
}
