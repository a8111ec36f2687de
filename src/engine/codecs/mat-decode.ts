import { AppError } from '../../shared/errors'
import {
  declaredInside,
  elementAt,
  inflateElement,
  malformed,
  need,
  MAT_HEADER_BYTES,
  MAT_MEMORY_LIMIT,
  openMat,
  peekInside,
  type MatElement,
  type MatSource,
} from './mat-elements'
import { decodeNumeric, decodeText } from './mat-numbers'
import {
  CELL_CLASS,
  CHAR_CLASS,
  COMPLEX_FLAG,
  COMPRESSED_TYPE,
  countOf,
  LOGICAL_FLAG,
  MAT_TYPES,
  MATRIX_TYPE,
  NUMERIC,
  STRUCT_CLASS,
  type MatArray,
  type MatType,
  type MatVariable,
} from './mat-values'

/** Arrays in arrays deeper than this are refused; a person's part is at depth 5. */
const MAX_DEPTH = 32
/** All arrays of a file, empty ones too: each costs memory although the file may give it only 8 bytes. */
const MAX_ARRAYS = 250_000
const MAX_DIMENSIONS = 32
const REFUSED_CLASSES: Readonly<Record<number, string>> = {
  3: 'an object',
  5: 'a sparse array',
  16: 'a function handle',
  17: 'an object',
  18: 'an object',
}

/** What is left of a file's allowance; every allocation is taken from it first. */
interface Allowance {
  arrays: number
  bytes: number
}

interface MatrixHeader {
  readonly classCode: number
  readonly logical: boolean
  readonly dims: readonly number[]
  readonly name: string
  /** Where the content starts. */
  readonly next: number
}

/**
 * Reads the variables of a MATLAB v5 file (v6, v7 and scipy.io.savemat write them), all or those in `wanted`. Numbers
 * of every type, logical, char, cell and struct arrays, plain or compressed, in both byte orders. Sizes are checked
 * against the file and against limits before anything is allocated. Throws `file_truncated`, `file_malformed`,
 * `file_too_large`, and `file_unsupported` for v4, v7.3, complex and sparse arrays, objects.
 */
export async function decodeMat(
  bytes: Uint8Array,
  file: string,
  wanted?: readonly string[],
): Promise<MatVariable[]> {
  const source = openMat(bytes, file)
  const allowance: Allowance = { arrays: MAX_ARRAYS, bytes: MAT_MEMORY_LIMIT }
  const variables: MatVariable[] = []
  for (let at = MAT_HEADER_BYTES; at < bytes.byteLength;) {
    const element = elementAt(source, at, bytes.byteLength)
    at = element.next
    if (wanted && !wanted.includes(headerInside(source, element)?.name ?? '')) continue
    const compressed = element.type === COMPRESSED_TYPE
    const inside = compressed ? await inflateElement(source, element) : source
    const matrix = compressed ? elementAt(inside, 0, inside.bytes.byteLength) : element
    if (compressed) takeBytes(allowance, inside.bytes.byteLength, file)
    if (matrix.type !== MATRIX_TYPE) throw malformed(file, `an element of type ${matrix.type} is no array`)
    const name = matrix.start === matrix.end ? '' : readHeader(inside, matrix.start, matrix.end).name
    variables.push({ name, compressed, value: readArray(inside, matrix, allowance, 0) })
  }
  return variables
}

/** The header of the array in a top-level element without reading its content; null for an empty one. */
function headerInside(source: MatSource, element: MatElement): MatrixHeader | null {
  if (element.type === COMPRESSED_TYPE) {
    const peek = peekInside(source, element.start, element.end)
    const size = declaredInside(peek, element.end - element.start)
    return size === 0 ? null : readHeader(peek, 8, 8 + size)
  }
  if (element.type !== MATRIX_TYPE)
    throw malformed(source.file, `an element of type ${element.type} is no array`)
  return element.start === element.end ? null : readHeader(source, element.start, element.end)
}

export function readHeader(source: MatSource, start: number, end: number): MatrixHeader {
  const { view, littleEndian, file } = source
  const flags = elementAt(source, start, end)
  if (flags.type !== NUMERIC.uint32.code || flags.end - flags.start !== 8)
    throw malformed(file, `an array at byte ${start} has no flags`)
  need(source, flags.end)
  const word = view.getUint32(flags.start, littleEndian)
  const classCode = word & 0xff
  const refused = REFUSED_CLASSES[classCode] ?? ((word >>> 8) & COMPLEX_FLAG ? 'a complex array' : null)
  if (refused)
    throw new AppError(
      'file_unsupported',
      `${file} holds ${refused}; numbers, logical, char, cell and struct are read`,
    )
  const shape = elementAt(source, flags.next, end)
  const count = (shape.end - shape.start) / 4
  if (shape.type !== NUMERIC.int32.code || !Number.isInteger(count) || count < 2 || count > MAX_DIMENSIONS)
    throw malformed(file, `an array at byte ${start} has no dimensions`)
  need(source, shape.end)
  const dims = Array.from({ length: count }, (_, i) => view.getInt32(shape.start + 4 * i, littleEndian))
  if (dims.some((size) => size < 0) || !Number.isSafeInteger(countOf(dims)))
    throw malformed(file, `an array at byte ${start} has the size ${dims.join('x')}`)
  const name = elementAt(source, shape.next, end)
  need(source, name.end)
  return {
    classCode,
    logical: ((word >>> 8) & LOGICAL_FLAG) !== 0,
    dims,
    name: decodeText(source, name).text,
    next: name.next,
  }
}

function readArray(source: MatSource, matrix: MatElement, allowance: Allowance, depth: number): MatArray {
  const { file } = source
  if (matrix.type !== MATRIX_TYPE) throw malformed(file, `an element of type ${matrix.type} is no array`)
  if (--allowance.arrays < 0)
    throw new AppError('file_too_large', `${file} holds more than ${MAX_ARRAYS} arrays`)
  if (depth > MAX_DEPTH) throw malformed(file, `its arrays are nested deeper than ${MAX_DEPTH} levels`)
  if (matrix.start === matrix.end)
    return {
      kind: 'numeric',
      class: 'double',
      storage: 'double',
      logical: false,
      dims: [0, 0],
      data: new Float64Array(),
    }
  const { classCode, logical, dims, next } = readHeader(source, matrix.start, matrix.end)
  const count = countOf(dims)
  if (classCode === CELL_CLASS)
    return { kind: 'cell', dims, values: readArrays(source, next, matrix.end, count, allowance, depth) }
  if (classCode === STRUCT_CLASS) {
    const { fields, after } = readFields(source, next, matrix.end)
    const total = fields.length === 0 ? 0 : count * fields.length
    return {
      kind: 'struct',
      dims,
      fields,
      values: readArrays(source, after, matrix.end, total, allowance, depth),
    }
  }
  if (classCode === CHAR_CLASS) {
    if (count === 0) return { kind: 'char', dims, text: '', storage: 'uint16' }
    const element = elementAt(source, next, matrix.end)
    takeBytes(allowance, 2 * (element.end - element.start), file)
    const { text, storage } = decodeText(source, element)
    if (storage !== 'utf8' && text.length !== count)
      throw malformed(file, `a text of ${text.length} characters has the size ${dims.join('x')}`)
    return { kind: 'char', dims, text, storage }
  }
  const type = typeOfClass(classCode)
  if (!type) throw malformed(file, `an array has the unknown class ${classCode}`)
  if (count === 0)
    return { kind: 'numeric', class: type, storage: type, logical, dims, data: NUMERIC[type].make(0) }
  const element = elementAt(source, next, matrix.end)
  takeBytes(allowance, 9 * (element.end - element.start), file)
  return { kind: 'numeric', class: type, logical, dims, ...decodeNumeric(source, element, type, count) }
}

/** `count` arrays in a row. Each needs a tag of 8 bytes, so more than the bytes can hold are refused at once. */
function readArrays(
  source: MatSource,
  start: number,
  end: number,
  count: number,
  allowance: Allowance,
  depth: number,
): MatArray[] {
  if (count > (end - start) / 8 || count > allowance.arrays)
    throw malformed(source.file, `${count} arrays are declared in ${end - start} bytes`)
  const values: MatArray[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    const element = elementAt(source, at, end)
    values.push(readArray(source, element, allowance, depth + 1))
    at = element.next
  }
  return values
}

export function readFields(
  source: MatSource,
  start: number,
  end: number,
): { fields: string[]; after: number } {
  const { file } = source
  const width = elementAt(source, start, end)
  need(source, width.end)
  const length =
    width.end - width.start === 4 && width.type === NUMERIC.int32.code
      ? source.view.getInt32(width.start, source.littleEndian)
      : 0
  const names = elementAt(source, width.next, end)
  need(source, names.end)
  const bytes = names.end - names.start
  if (bytes === 0) return { fields: [], after: names.next }
  if (length < 1 || bytes % length !== 0) throw malformed(file, 'a struct has no readable field names')
  if (bytes / length > MAX_ARRAYS) throw malformed(file, `a struct has ${bytes / length} fields`)
  const fields = Array.from({ length: bytes / length }, (_, i) => {
    const name = source.bytes.subarray(names.start + i * length, names.start + (i + 1) * length)
    const stop = name.indexOf(0)
    return new TextDecoder().decode(stop < 0 ? name : name.subarray(0, stop))
  })
  return { fields, after: names.next }
}

function takeBytes(allowance: Allowance, bytes: number, file: string): void {
  allowance.bytes -= bytes
  if (allowance.bytes < 0)
    throw new AppError('file_too_large', `${file} needs more than ${MAT_MEMORY_LIMIT} bytes when read`)
}

function typeOfClass(code: number): MatType | undefined {
  return MAT_TYPES.find((type) => NUMERIC[type].classCode === code)
}
