import type { TilePatch } from './edit'

/** `theirs` is what the tile holds now, after someone else's edit of what was `before`. */
export interface MergedTile {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Pixels that both sides changed, to different values; `bytes` holds ours there. */
  readonly contested: number
}

/**
 * Three-way merge of one tile, pixel by pixel: every pixel that the patch changed gets the patch's value, every other
 * pixel is theirs. All three are tiles of one map, `pixelBytes` bytes a pixel.
 */
export function mergeTile(patch: TilePatch, theirs: Uint8Array, pixelBytes: number): MergedTile {
  const { before, after } = patch
  const bytes = Uint8Array.from(theirs)
  let contested = 0
  for (let at = 0; at < before.byteLength; at += pixelBytes) {
    if (samePixel(before, after, at, pixelBytes)) continue
    if (!samePixel(theirs, before, at, pixelBytes) && !samePixel(theirs, after, at, pixelBytes)) contested++
    for (let i = at; i < at + pixelBytes; i++) bytes[i] = after[i]!
  }
  return { bytes, contested }
}

function samePixel(a: Uint8Array, b: Uint8Array, at: number, pixelBytes: number): boolean {
  for (let i = at; i < at + pixelBytes; i++) if (a[i] !== b[i]) return false
  return true
}
