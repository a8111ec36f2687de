import { AppError } from '../../shared/errors'
import { npyHeader } from '../../shared/npy-header'
import { bytesFrom, DTYPES, isDtype, numbersFrom, type NpyData, type NpyDtype } from './npy-types'

export interface NpyHeader {
  readonly dtype: NpyDtype
  readonly littleEndian: boolean
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the elements start. */
  readonly offset: number
}
/** Elements in C order and host byte order, whatever the file's; the orders are those of the file. */
export interface NpyArray {
  readonly dtype: NpyDtype
  readonly shape: readonly number[]
  readonly data: NpyData
  /** Absent = false. */
  readonly fortranOrder?: boolean
  /** Absent = false. */
  readonly bigEndian?: boolean
}

/** Longest header that is read; numpy itself warns above 10,000. */
const NPY_HEADER_LIMIT = 64 * 1024
const MAX_ELEMENTS = 600_000_000
const DESCR = /'descr'\s*:\s*'([<>|=])([a-z])(\d+)'/
const ORDER = /'fortran_order'\s*:\s*(True|False)/
const SHAPE = /'shape'\s*:\s*\(([\d\s,]*)\)/

/**
 * Parses the header from the start of a file and checks it against the file's size, so nothing is allocated for an
 * array that is not there. Format: numpy.lib.format, versions 1 to 3. Throws `file_truncated`, `file_malformed`,
 * `file_unsupported` (dtype), `file_too_large`.
 */
export function readNpyHeader(start: Uint8Array, fileSize: number, file: string): NpyHeader {
  const magic = String.fromCharCode(...start.subarray(0, 6))
  if (!'\x93NUMPY'.startsWith(magic))
    throw new AppError(
      'file_malformed',
      `${file} is not an npy file: its first bytes differ from the signature`,
    )
  if (start.byteLength < 12) throw truncated(file, fileSize)
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const version = view.getUint8(6)
  if (version < 1 || version > 3)
    throw new AppError('file_unsupported', `${file} has npy version ${version}; 1 to 3 are read`)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const offset = (version === 1 ? 10 : 12) + length
  if (offset > fileSize) throw truncated(file, fileSize)
  if (length > NPY_HEADER_LIMIT - 12)
    throw new AppError('file_malformed', `${file} declares an npy header of ${length} bytes`)
  if (offset > start.byteLength) throw truncated(file, fileSize)
  const text = new TextDecoder().decode(start.subarray(offset - length, offset))
  const header = { ...parseHeader(text, file), offset }
  checkSize(header, fileSize, file)
  return header
}

function parseHeader(text: string, file: string): Omit<NpyHeader, 'offset'> {
  const [descr, order, shape] = [DESCR.exec(text), ORDER.exec(text), SHAPE.exec(text)]
  if (!order || !shape || !/'descr'/.test(text))
    throw new AppError(
      'file_malformed',
      `${file}: the npy header cannot be read: ${text.slice(0, 100).trim()}`,
    )
  const dtype = descr ? `${descr[2]}${descr[3]}` : ''
  if (!descr || !isDtype(dtype))
    throw new AppError(
      'file_unsupported',
      `${file} holds elements of type ${dtype || 'object or record'}; read are ${Object.keys(DTYPES).join(', ')}`,
    )
  const sizes = (shape[1] ?? '').split(',').filter((part) => part.trim() !== '')
  return {
    dtype,
    littleEndian: descr[1] !== '>',
    fortranOrder: order[1] === 'True',
    shape: sizes.map(Number),
  }
}

function checkSize(header: NpyHeader, fileSize: number, file: string): void {
  const elements = elementsOf(header.shape)
  const named = `${file} declares ${header.shape.join('x') || 'one'} elements`
  if (!Number.isSafeInteger(elements) || elements > MAX_ELEMENTS)
    throw new AppError('file_too_large', `${named}, the limit is ${MAX_ELEMENTS}`)
  const expected = header.offset + elements * DTYPES[header.dtype].bytes
  if (fileSize < expected)
    throw new AppError('file_truncated', `${named} in ${expected} bytes, found ${fileSize}`)
  if (fileSize > expected)
    throw new AppError('file_malformed', `${named} in ${expected} bytes, found ${fileSize}`)
}

/** Reads a whole array, which may share the memory of `bytes`. Throws as `readNpyHeader`, and `value_out_of_range` for integers beyond 2^53. */
export function decodeNpy(bytes: Uint8Array, file: string): NpyArray {
  const { dtype, shape, offset, littleEndian, fortranOrder } = readNpyHeader(bytes, bytes.byteLength, file)
  const body = bytes.subarray(offset)
  const little = littleEndian ? body : swapped(body, DTYPES[dtype].bytes)
  const stored = numbersFrom(dtype, little, elementsOf(shape), file)
  const data = fortranOrder ? DTYPES[dtype].make(stored.length) : stored
  if (fortranOrder) forEachPlace(shape, (inC, inFortran) => (data[inC] = stored[inFortran]!))
  return {
    dtype,
    shape,
    data,
    ...(fortranOrder ? { fortranOrder } : {}),
    ...(littleEndian ? {} : { bigEndian: true }),
  }
}

/** A copy with the bytes of every element reversed. */
function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let at = 0; at < out.length; at += width)
    for (let i = 0; i < width; i++) out[at + i] = bytes[at + width - 1 - i]!
  return out
}

/** Every element's place in C and in Fortran order. */
function forEachPlace(shape: readonly number[], visit: (inC: number, inFortran: number) => void): void {
  const strides = fortranStrides(shape)
  const position = shape.map(() => 0)
  const count = elementsOf(shape)
  for (let inC = 0, inFortran = 0; inC < count; inC++) {
    visit(inC, inFortran)
    inFortran += advance(position, shape, strides)
  }
}

/** Steps a C-order position; returns the change of the element's Fortran-order place. */
function advance(position: number[], shape: readonly number[], strides: readonly number[]): number {
  let change = 0
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const next = position[axis]! + 1
    if (next < shape[axis]!) {
      position[axis] = next
      return change + strides[axis]!
    }
    change -= position[axis]! * strides[axis]!
    position[axis] = 0
  }
  return change
}

function fortranStrides(shape: readonly number[]): number[] {
  let stride = 1
  return shape.map((size) => {
    const own = stride
    stride *= size
    return own
  })
}

/**
 * Writes version 1, padded to 64 bytes as numpy does, in the byte and memory order of the array. Numbers that float16
 * cannot hold make the file float32. Throws `value_out_of_range` when shape and data differ.
 */
export function encodeNpy(array: NpyArray): Uint8Array<ArrayBuffer> {
  const { shape, fortranOrder = false, bigEndian = false } = array
  if (array.data.length !== elementsOf(shape))
    throw new AppError(
      'value_out_of_range',
      `shape ${shape.join('x')} does not hold ${array.data.length} elements`,
    )
  const ordered = fortranOrder ? DTYPES[array.dtype].make(array.data.length) : array.data
  if (fortranOrder) forEachPlace(shape, (inC, inFortran) => (ordered[inFortran] = array.data[inC]!))
  const { dtype, bytes } = bytesFrom(array.dtype, ordered)
  const width = DTYPES[dtype].bytes
  const body = bigEndian ? swapped(bytes, width) : bytes
  const order = width === 1 ? '|' : bigEndian ? '>' : '<'
  const header = npyHeader(`${order}${dtype}`, shape, fortranOrder)
  const out = unfilled(header.length + body.byteLength)
  out.set(header)
  out.set(body, header.length)
  return out
}

/** Memory of its own that is not cleared first: every byte is written. */
function unfilled(bytes: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(bytes)
  return new Uint8Array(buffer)
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function truncated(file: string, size: number): AppError {
  return new AppError('file_truncated', `${file} ends after ${size} bytes, inside the npy header`)
}
