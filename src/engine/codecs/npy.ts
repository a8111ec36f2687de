import { AppError } from '../../shared/errors'

/** numpy element types that are read; objects and records are refused (they can hold code). */
const DTYPES = {
  f2: { bytes: 2, make: (n: number) => new Float32Array(n), get: readFloat16 },
  f4: {
    bytes: 4,
    make: (n: number) => new Float32Array(n),
    get: (v: DataView, at: number, le: boolean) => v.getFloat32(at, le),
  },
  f8: {
    bytes: 8,
    make: (n: number) => new Float64Array(n),
    get: (v: DataView, at: number, le: boolean) => v.getFloat64(at, le),
  },
  u1: { bytes: 1, make: (n: number) => new Uint8Array(n), get: (v: DataView, at: number) => v.getUint8(at) },
  b1: { bytes: 1, make: (n: number) => new Uint8Array(n), get: (v: DataView, at: number) => v.getUint8(at) },
  u2: {
    bytes: 2,
    make: (n: number) => new Uint16Array(n),
    get: (v: DataView, at: number, le: boolean) => v.getUint16(at, le),
  },
  i4: {
    bytes: 4,
    make: (n: number) => new Int32Array(n),
    get: (v: DataView, at: number, le: boolean) => v.getInt32(at, le),
  },
} as const

export type NpyDtype = keyof typeof DTYPES
export type NpyData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>

export interface NpyHeader {
  readonly dtype: NpyDtype
  readonly littleEndian: boolean
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the elements start. */
  readonly offset: number
}
/** Elements in C order and host byte order; f2 is widened to Float32Array. */
export interface NpyArray {
  readonly dtype: NpyDtype
  readonly shape: readonly number[]
  readonly data: NpyData
}

/** Longest header that is read; numpy itself warns above 10,000. */
export const NPY_HEADER_LIMIT = 64 * 1024
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
      `${file} holds elements of type ${dtype || 'record'}; read are ${Object.keys(DTYPES).join(', ')}`,
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

/** Reads a whole array. Throws as `readNpyHeader`. */
export function decodeNpy(bytes: Uint8Array, file: string): NpyArray {
  const header = readNpyHeader(bytes, bytes.byteLength, file)
  const { bytes: width, make, get } = DTYPES[header.dtype]
  const count = elementsOf(header.shape)
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.offset, count * width)
  const data: NpyData = make(count)
  if (!header.fortranOrder && header.littleEndian && data.BYTES_PER_ELEMENT === width)
    new Uint8Array(data.buffer).set(bytes.subarray(header.offset))
  else if (!header.fortranOrder)
    for (let i = 0; i < count; i++) data[i] = get(view, i * width, header.littleEndian)
  else {
    const strides = fortranStrides(header.shape)
    const position = header.shape.map(() => 0)
    for (let i = 0, at = 0; i < count; i++) {
      data[i] = get(view, at * width, header.littleEndian)
      at += advance(position, header.shape, strides)
    }
  }
  return { dtype: header.dtype, shape: header.shape, data }
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

/** Writes version 1, little-endian, C order, padded to 64 bytes as numpy does; f2 is written as f4. */
export function encodeNpy(array: NpyArray): Uint8Array<ArrayBuffer> {
  const dtype = array.dtype === 'f2' ? 'f4' : array.dtype
  if (array.data.length !== elementsOf(array.shape))
    throw new AppError(
      'value_out_of_range',
      `shape ${array.shape.join('x')} does not hold ${array.data.length} elements`,
    )
  const order = DTYPES[dtype].bytes === 1 ? '|' : '<'
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(', ')})`
  const dict = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': ${shape}, }`
  const offset = Math.ceil((10 + dict.length + 1) / 64) * 64
  const body = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength)
  const out = new Uint8Array(offset + body.byteLength).fill(0x20, 10, offset)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  new DataView(out.buffer).setUint16(8, offset - 10, true)
  out.set(new TextEncoder().encode(dict), 10)
  out[offset - 1] = 0x0a
  out.set(body, offset)
  return out
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function isDtype(name: string): name is NpyDtype {
  return Object.hasOwn(DTYPES, name)
}

/** IEEE 754 binary16. */
function readFloat16(view: DataView, at: number, littleEndian: boolean): number {
  const bits = view.getUint16(at, littleEndian)
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

function truncated(file: string, size: number): AppError {
  return new AppError('file_truncated', `${file} ends after ${size} bytes, inside the npy header`)
}
