import { AppError } from './errors'

/** Largest JSON header of a frame; a hostile length is refused before anything is allocated. */
const MAX_HEADER = 16 * 1024 * 1024

/** One message: 4-byte little-endian header length, UTF-8 JSON header padded with spaces to a multiple of 4, payload. */
export function encodeFrame(header: unknown, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(json.byteLength / 4) * 4
  const frame = new Uint8Array(4 + length + payload.byteLength).fill(0x20, 4, 4 + length)
  new DataView(frame.buffer).setUint32(0, length, true)
  frame.set(json, 4)
  frame.set(payload, 4 + length)
  return frame
}

/** Splits a frame; the payload shares memory with `bytes`. Throws `file_malformed`. The header is unparsed outside data. */
export function decodeFrame(bytes: Uint8Array<ArrayBuffer>): {
  header: unknown
  payload: Uint8Array<ArrayBuffer>
} {
  if (bytes.byteLength < 4)
    throw new AppError('file_malformed', `a frame of ${bytes.byteLength} bytes has no header`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > MAX_HEADER || 4 + length > bytes.byteLength)
    throw new AppError(
      'file_malformed',
      `a frame declares a header of ${length} bytes, found ${bytes.byteLength - 4}`,
    )
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
  } catch (cause) {
    throw new AppError('file_malformed', 'a frame header is not JSON', undefined, { cause })
  }
  return { header, payload: bytes.subarray(4 + length) }
}
