import { inflate, inflateSync, constants } from 'node:zlib'
import { promisify } from 'node:util'
import { AppError } from '../../shared/errors'
import { COMPRESSED_TYPE, MATRIX_TYPE } from './mat-values'

const inflateAsync = promisify(inflate)

/** Text, offset of a subsystem, version and byte order. */
export const MAT_HEADER_BYTES = 128
/** Inflated and decoded bytes of one file together; above it nothing is allocated. */
export const MAT_MEMORY_LIMIT = 1024 ** 3
/** Deflate cannot shrink data by more than this factor (zlib, "Maximum Compression Factor"). */
const DEFLATE_RATIO = 1032
/** Less than this is inflated in well under a millisecond, faster than a thread takes it over. */
const AT_ONCE = 1024 * 1024
/** Bytes of a compressed element that are inflated to learn what it declares. */
export const PEEK_BYTES = 64 * 1024
/** As many show the header of the array in it. */
const HEADER_BYTES = 512

/** Part of a file in one byte order; `file` names it in errors. */
export interface MatSource {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly littleEndian: boolean
  readonly file: string
}

/** A tag and where its data lies: [start, end). */
export interface MatElement {
  readonly type: number
  readonly start: number
  readonly end: number
  /** Where the next element starts, never beyond `limit`. */
  readonly next: number
}

export function malformed(file: string, what: string): AppError {
  return new AppError('file_malformed', `${file} is damaged: ${what}`)
}

export function truncated(file: string, what: string): AppError {
  return new AppError('file_truncated', `${file} ends early: ${what}`)
}

export function sourceOf(bytes: Uint8Array, littleEndian: boolean, file: string): MatSource {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { bytes, view, littleEndian, file }
}

/** Checks the first 128 bytes. Throws `file_unsupported` for v4 and v7.3, `file_truncated`, `file_malformed`. */
export function openMat(bytes: Uint8Array, file: string): MatSource {
  const text = String.fromCharCode(...bytes.subarray(0, 19))
  if (text.startsWith('\x89HDF') || text.startsWith('MATLAB 7.3'))
    throw new AppError(
      'file_unsupported',
      `${file} is a MATLAB 7.3 (HDF5) file; save it with save(..., '-v7') or scipy.io.savemat`,
    )
  if (bytes.byteLength < MAT_HEADER_BYTES) throw truncated(file, `it has ${bytes.byteLength} bytes`)
  // A v5 file starts with text; the first number of a v4 file has at least one zero byte ("MAT-File Format", 1-5).
  const mark = String.fromCharCode(...bytes.subarray(126, 128))
  if (mark !== 'IM' && mark !== 'MI') {
    const isV4 = bytes.subarray(0, 4).includes(0)
    throw isV4
      ? new AppError('file_unsupported', `${file} is not a MATLAB v5 file (v4 perhaps); save it as v5 or v7`)
      : malformed(file, 'it has no MATLAB v5 header')
  }
  const source = sourceOf(bytes, mark === 'IM', file)
  const version = source.view.getUint16(124, source.littleEndian)
  if (version === 0x0200)
    throw new AppError('file_unsupported', `${file} is a MATLAB 7.3 (HDF5) file; save it with '-v7'`)
  if (version !== 0x0100) throw malformed(file, `its header has version ${version}`)
  return source
}

/** The element at `at`, which must end at or before `limit`; its tag must be among the bytes there are. */
export function elementAt(source: MatSource, at: number, limit: number): MatElement {
  const { view, littleEndian, file } = source
  if (at + 8 > Math.min(limit, view.byteLength))
    throw truncated(file, `an element should start at byte ${at} of ${limit}`)
  const tag = view.getUint32(at, littleEndian)
  const small = tag >>> 16
  if (small > 4) throw malformed(file, `a short element at byte ${at} has ${small} bytes`)
  if (small > 0) return { type: tag & 0xffff, start: at + 4, end: at + 4 + small, next: at + 8 }
  const size = view.getUint32(at + 4, littleEndian)
  const end = at + 8 + size
  if (end > limit)
    throw truncated(file, `an element at byte ${at} declares ${size} bytes, ${limit - at - 8} are left`)
  const next = tag === COMPRESSED_TYPE ? end : Math.min(limit, at + 8 + Math.ceil(size / 8) * 8)
  return { type: tag, start: at + 8, end, next }
}

/** What the first `most` bytes of a compressed element inflate to; what it holds is checked by the caller. */
export function peekInside(source: MatSource, start: number, end: number, most = HEADER_BYTES): MatSource {
  const { bytes, littleEndian, file } = source
  const packed = bytes.subarray(start, Math.min(end, start + most))
  try {
    return sourceOf(inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }), littleEndian, file)
  } catch (cause) {
    throw new AppError('file_malformed', `${file}: the compressed data is damaged`, undefined, { cause })
  }
}

/** Size of the matrix in a compressed element, from its own tag. A size that cannot be true is refused. */
export function declaredInside(peek: MatSource, packedBytes: number): number {
  if (peek.bytes.byteLength < 8) throw truncated(peek.file, 'a compressed element holds no tag')
  if (peek.view.getUint32(0, peek.littleEndian) !== MATRIX_TYPE)
    throw malformed(peek.file, 'a compressed element does not hold an array')
  const size = peek.view.getUint32(4, peek.littleEndian)
  if (size > packedBytes * DEFLATE_RATIO)
    throw malformed(peek.file, `an array declares ${size} bytes, packed into ${packedBytes}`)
  return size
}

/** Inflates a whole compressed element; no more than what it declares (and padding) is ever allocated. */
export async function inflateElement(source: MatSource, element: MatElement): Promise<MatSource> {
  const { bytes, littleEndian, file } = source
  const size = declaredInside(peekInside(source, element.start, element.end), element.end - element.start)
  if (size > MAT_MEMORY_LIMIT)
    throw new AppError(
      'file_too_large',
      `${file} holds an array of ${size} bytes, the limit is ${MAT_MEMORY_LIMIT}`,
    )
  let out: Buffer
  try {
    const packed = bytes.subarray(element.start, element.end)
    const options = { maxOutputLength: size + 16, chunkSize: size + 64 }
    out = size <= AT_ONCE ? inflateSync(packed, options) : await inflateAsync(packed, options)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'Z_BUF_ERROR') throw truncated(file, 'its compressed data')
    throw new AppError('file_malformed', `${file}: the compressed data is damaged`, undefined, { cause })
  }
  return sourceOf(out, littleEndian, file)
}

/** Throws `file_truncated` when bytes before `end` are not there. */
export function need({ bytes, file }: MatSource, end: number): void {
  if (end > bytes.byteLength) throw truncated(file, `it has ${bytes.byteLength} of at least ${end} bytes`)
}
