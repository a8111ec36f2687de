import { crc32 } from './crc32'
import { AppError } from './errors'

/** Signature and IHDR, which has 13 bytes of data and comes first. */
const AFTER_IHDR = 8 + 12 + 13

/**
 * A copy of a PNG with a text chunk (iTXt, uncompressed UTF-8) behind its header. `keyword` is 1 to 79 Latin-1
 * characters (PNG specification, 11.3.4.5). Throws `file_malformed` when `png` does not begin as a PNG.
 */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  if (png.length < AFTER_IHDR || String.fromCharCode(...png.subarray(1, 4)) !== 'PNG')
    throw new AppError('file_malformed', 'text can only be added to a PNG')
  // Terminator of the keyword, no compression (two bytes), empty language and translated keyword.
  const data = new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`)
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  chunk.set(new TextEncoder().encode('iTXt'), 4)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  const out = new Uint8Array(png.length + chunk.length)
  out.set(png.subarray(0, AFTER_IHDR))
  out.set(chunk, AFTER_IHDR)
  out.set(png.subarray(AFTER_IHDR), AFTER_IHDR + chunk.length)
  return out
}
