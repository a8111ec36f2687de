import { AppError } from './errors'

/** Largest JSON header of a frame; a hostile length is refused before anything is allocated. */
const MAX_HEADER = 16 * 1024 * 1024

/**
 * One message: 4-byte little-endian header length, UTF-8 JSON header padded with spaces to a multiple of 4, and the bytes of
 * the payload's parts one behind the other.
 */
export function encodeFrame(
  header: unknown,
  ...parts: readonly (Uint8Array | Uint16Array | Float32Array)[]
): Uint8Array<ArrayBuffer> {
  const head = frameHead(header)
  const size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const frame = new Uint8Array(head.length + size)
  frame.set(head)
  let at = head.length
  for (const { buffer, byteOffset, byteLength } of parts) {
    frame.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  return frame
}

/** What stands before the payload, for who sends that without copying it. */
export function frameHead(header: unknown): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(json.byteLength / 4) * 4
  const head = new Uint8Array(4 + length).fill(0x20, 4)
  new DataView(head.buffer).setUint32(0, length, true)
  head.set(json, 4)
  return head
}

/** The numbers of a payload, sharing its memory where it is aligned. */
export function floatsOf(payload: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const aligned = payload.byteOffset % 4 === 0 ? payload : payload.slice()
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / 4))
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
