import { crc32 } from 'node:zlib'
import { AppError } from '../../shared/errors'
import { MAX_PIXELS } from '../../shared/maps'

export type PngColour = 'grey' | 'rgb' | 'palette' | 'grey-alpha' | 'rgba'
export type PngDepth = 1 | 2 | 4 | 8 | 16

export interface PngHeader {
  readonly width: number
  readonly height: number
  readonly colour: PngColour
  readonly depth: PngDepth
  readonly interlaced: boolean
}

/** PNG specification, table 11.1: colour type, its channels and the bit depths it allows. */
interface ColourType {
  readonly code: number
  readonly colour: PngColour
  readonly channels: number
  readonly depths: readonly number[]
}
const COLOUR_TYPES: readonly ColourType[] = [
  { code: 0, colour: 'grey', channels: 1, depths: [1, 2, 4, 8, 16] },
  { code: 2, colour: 'rgb', channels: 3, depths: [8, 16] },
  { code: 3, colour: 'palette', channels: 1, depths: [1, 2, 4, 8] },
  { code: 4, colour: 'grey-alpha', channels: 2, depths: [8, 16] },
  { code: 6, colour: 'rgba', channels: 4, depths: [8, 16] },
]

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** Bytes from the start of a file that `readPngHeader` needs. */
export const PNG_HEADER_BYTES = 33

export function channelsOfColour(colour: PngColour): number {
  return COLOUR_TYPES.find((type) => type.colour === colour)?.channels ?? 1
}

/**
 * The size and pixel format in the first 33 bytes. Throws `file_truncated`, `file_malformed` or, above MAX_PIXELS,
 * `file_too_large`, all naming `file`.
 */
export function readPngHeader(bytes: Uint8Array, file: string): PngHeader {
  const signature = bytes.subarray(0, 8)
  if (signature.some((byte, index) => byte !== PNG_SIGNATURE[index]))
    throw new AppError(
      'file_malformed',
      `${file} is not a PNG file: its first bytes differ from the signature`,
    )
  if (bytes.byteLength < PNG_HEADER_BYTES)
    throw new AppError(
      'file_truncated',
      `${file} ends inside the PNG header, after ${bytes.byteLength} bytes`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint32(8) !== 13 || chunkType(bytes, 8) !== 'IHDR')
    throw new AppError('file_malformed', `${file} does not start with a PNG header chunk`)
  if (view.getUint32(29) !== crc32(bytes.subarray(12, 29)))
    throw new AppError('file_malformed', `${file}: the checksum of the PNG header is wrong`)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const [depth, code, compression, filter, interlace] = bytes.subarray(24, 29)
  const type = COLOUR_TYPES.find((entry) => entry.code === code)
  if (
    !type ||
    !isDepth(depth) ||
    !type.depths.includes(depth) ||
    compression ||
    filter ||
    (interlace ?? 2) > 1
  )
    throw new AppError(
      'file_malformed',
      `${file}: colour type ${code} with ${depth} bits is not a PNG format`,
    )
  if (width < 1 || height < 1)
    throw new AppError('file_malformed', `${file} declares a size of ${width}x${height}`)
  if (width * height > MAX_PIXELS)
    throw new AppError('file_too_large', `${file} has ${width}x${height} pixels, the limit is ${MAX_PIXELS}`)
  return { width, height, colour: type.colour, depth, interlaced: interlace === 1 }
}

export interface PngChunk {
  readonly type: string
  readonly data: Uint8Array
}

/** Every chunk up to IEND, checksums verified. Throws `file_truncated`, `file_malformed`. */
export function readPngChunks(bytes: Uint8Array, file: string): PngChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: PngChunk[] = []
  for (let at = PNG_SIGNATURE.length; ;) {
    if (at + 12 > bytes.byteLength) throw truncated(file, bytes.byteLength)
    const length = view.getUint32(at)
    if (at + 12 + length > bytes.byteLength) throw truncated(file, bytes.byteLength)
    const type = chunkType(bytes, at)
    if (view.getUint32(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length)))
      throw new AppError(
        'file_malformed',
        `${file}: the checksum of a ${JSON.stringify(type)} chunk is wrong`,
      )
    if (type === 'IEND') return chunks
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
}

/** A complete file: signature, chunks, IEND. */
export function writePngChunks(chunks: readonly PngChunk[]): Uint8Array<ArrayBuffer> {
  const all = [...chunks, { type: 'IEND', data: new Uint8Array() }]
  const size = all.reduce((sum, chunk) => sum + 12 + chunk.data.byteLength, PNG_SIGNATURE.length)
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  out.set(PNG_SIGNATURE)
  let at = PNG_SIGNATURE.length
  for (const { type, data } of all) {
    view.setUint32(at, data.byteLength)
    out.set(new TextEncoder().encode(type), at + 4)
    out.set(data, at + 8)
    view.setUint32(at + 8 + data.byteLength, crc32(out.subarray(at + 4, at + 8 + data.byteLength)))
    at += 12 + data.byteLength
  }
  return out
}

export function pngHeaderChunk(header: PngHeader): PngChunk {
  const data = new Uint8Array(13)
  const view = new DataView(data.buffer)
  view.setUint32(0, header.width)
  view.setUint32(4, header.height)
  data[8] = header.depth
  data[9] = COLOUR_TYPES.find((type) => type.colour === header.colour)?.code ?? 0
  data[12] = header.interlaced ? 1 : 0
  return { type: 'IHDR', data }
}

function isDepth(value: number | undefined): value is PngDepth {
  return value === 1 || value === 2 || value === 4 || value === 8 || value === 16
}

function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8))
}

function truncated(file: string, length: number): AppError {
  return new AppError('file_truncated', `${file} ends after ${length} bytes, before the end of the PNG image`)
}
