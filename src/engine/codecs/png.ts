import { promisify } from 'node:util'
import { deflate, deflateSync, inflate, inflateSync } from 'node:zlib'
import { AppError } from '../../shared/errors'
import {
  channelsOfColour,
  pngHeaderChunk,
  readPngChunks,
  readPngHeader,
  writePngChunks,
  type PngChunk,
  type PngColour,
  type PngDepth,
  type PngHeader,
} from './png-chunks'
import { filteredSize, filterRows, unfilter, type PngSamples } from './png-pixels'

const inflateAsync = promisify(inflate)
const deflateAsync = promisify(deflate)

/** How a file stores its samples. */
export interface PngEncoding {
  readonly width: number
  readonly height: number
  readonly colour: PngColour
  readonly depth: PngDepth
  /** PLTE and tRNS as stored, so that a rewritten file keeps its colours. */
  readonly palette: Uint8Array | null
  readonly transparency: Uint8Array | null
}
/** An exact PNG: samples as stored (palette indices, 16-bit values), never colour-managed. */
export interface PngImage extends PngEncoding {
  /** Row-major, channels interleaved; Uint16Array for 16 bits, else Uint8Array. */
  readonly data: PngSamples
}

/**
 * Decodes every PNG format exactly. Size limits are checked before anything is allocated and the inflated size is
 * bounded by the header, so a bomb fails early. Throws `file_truncated`, `file_malformed`, `file_too_large`.
 */
export async function decodePng(bytes: Uint8Array, file: string): Promise<PngImage> {
  const { header, chunks, encoding } = openPng(bytes, file)
  const compressed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)
  const filtered = await inflateExactly(Buffer.concat(compressed), filteredSize(header), file)
  return { ...encoding, data: await unfilter(header, filtered, file) }
}

/** All but the samples, which stay compressed. Throws as `decodePng` does for chunks. */
export function readPngEncoding(bytes: Uint8Array, file: string): PngEncoding {
  return openPng(bytes, file).encoding
}

function openPng(
  bytes: Uint8Array,
  file: string,
): { header: PngHeader; chunks: readonly PngChunk[]; encoding: PngEncoding } {
  const header = readPngHeader(bytes, file)
  const chunks = readPngChunks(bytes, file)
  const unknown = chunks.slice(1).find(({ type }) => isCritical(type) && type !== 'PLTE' && type !== 'IDAT')
  if (unknown)
    throw new AppError('file_malformed', `${file} holds an unknown chunk ${JSON.stringify(unknown.type)}`)
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data ?? null
  if (header.colour === 'palette' && !palette) throw new AppError('file_malformed', `${file} has no palette`)
  const { width, height, colour, depth } = header
  const transparency = chunks.find(({ type }) => type === 'tRNS')?.data ?? null
  return { header, chunks, encoding: { width, height, colour, depth, palette, transparency } }
}

/** Encodes without interlacing. Throws `value_out_of_range` when a sample does not fit the bit depth. */
export async function encodePng(image: PngImage): Promise<Uint8Array<ArrayBuffer>> {
  const expected = image.width * image.height * channelsOfColour(image.colour)
  const limit = 2 ** image.depth - 1
  if (image.data.length !== expected)
    throw new AppError('value_out_of_range', `a PNG needs ${expected} samples, found ${image.data.length}`)
  if (image.depth < 8 && image.data.some((value) => value > limit))
    throw new AppError('value_out_of_range', `a ${image.depth}-bit PNG holds values up to ${limit}`)
  const header = { ...image, interlaced: false }
  const rows = await filterRows(header, image.data)
  const idat = rows.byteLength <= DEFLATED_AT_ONCE ? deflateSync(rows) : await deflateAsync(rows)
  return writePngChunks([
    pngHeaderChunk(header),
    ...(image.palette ? [{ type: 'PLTE', data: image.palette }] : []),
    ...(image.transparency ? [{ type: 'tRNS', data: image.transparency }] : []),
    { type: 'IDAT', data: idat },
  ])
}

/** A grey or RGB image without palette. */
export function plainPng(
  size: { width: number; height: number },
  colour: 'grey' | 'rgb',
  depth: PngDepth,
  data: PngSamples,
): PngImage {
  return { width: size.width, height: size.height, colour, depth, data, palette: null, transparency: null }
}

/** Deflate cannot shrink data by more than this factor (zlib, "Maximum Compression Factor"). */
const DEFLATE_RATIO = 1032

/** Less than this is inflated in well under a millisecond, faster than a thread takes it over. */
const AT_ONCE = 1024 * 1024
/** Less than this is deflated in a few milliseconds, and handing it to a thread costs processor time of its own. */
const DEFLATED_AT_ONCE = 256 * 1024

/** One piece of memory of the declared size, once the compressed data is long enough to fill it. */
async function inflateExactly(compressed: Buffer, size: number, file: string): Promise<Uint8Array> {
  if (size > compressed.byteLength * DEFLATE_RATIO)
    throw new AppError(
      'file_truncated',
      `${file} needs ${size} bytes of image data and holds ${compressed.byteLength} compressed ones`,
    )
  let out: Buffer
  try {
    const options = { maxOutputLength: size, chunkSize: Math.max(64, size + 1) }
    out = size <= AT_ONCE ? inflateSync(compressed, options) : await inflateAsync(compressed, options)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'Z_BUF_ERROR')
      throw new AppError('file_truncated', `${file}: the image data ends early`, undefined, { cause })
    const reason = code === 'ERR_BUFFER_TOO_LARGE' ? `is longer than ${size} bytes` : 'is damaged'
    throw new AppError('file_malformed', `${file}: the compressed image data ${reason}`, undefined, { cause })
  }
  if (out.byteLength !== size)
    throw new AppError('file_truncated', `${file} holds ${out.byteLength} of ${size} bytes of image data`)
  return out
}

/** PNG specification, 5.4: an upper-case first letter marks a chunk that must be understood. */
function isCritical(type: string): boolean {
  return type.charCodeAt(0) >= 65 && type.charCodeAt(0) <= 90
}
