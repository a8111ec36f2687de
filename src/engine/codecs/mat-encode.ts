import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { AppError } from '../../shared/errors'
import { MAT_HEADER_BYTES } from './mat-elements'
import { convert } from './mat-numbers'
import {
  CELL_CLASS,
  CHAR_CLASS,
  COMPRESSED_TYPE,
  countOf,
  LOGICAL_FLAG,
  MATRIX_TYPE,
  NUMERIC,
  STRUCT_CLASS,
  TEXT_TYPES,
  type MatArray,
  type MatChar,
  type MatVariable,
} from './mat-values'

const deflateAsync = promisify(deflate)
/** Bytes that belong together, not yet joined, so that nested arrays are copied once. */
type Pieces = readonly Uint8Array[]

/** What MATLAB allows for the name of a field, with its ending zero. */
const FIELD_NAME_BYTES = 64

/** Writes a little-endian MATLAB v5 file. Throws `value_out_of_range` for arrays whose size and content differ. */
export async function encodeMat(variables: readonly MatVariable[]): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(MAT_HEADER_BYTES).fill(0x20, 0, 116)
  header.set(ascii('MATLAB 5.0 MAT-file, written by MQ Studio'))
  header.set([0x00, 0x01, 0x49, 0x4d], 124)
  const pieces: Uint8Array[] = [header]
  for (const { name, compressed, value } of variables) {
    const matrix = arrayElement(value, name)
    if (!compressed) pieces.push(...matrix)
    else {
      const packed = await deflateAsync(join(matrix))
      pieces.push(tag(COMPRESSED_TYPE, packed.byteLength), packed)
    }
  }
  return join(pieces)
}

function arrayElement(value: MatArray, name = ''): Pieces {
  const flags = Uint32Array.of(classCodeOf(value) | (isLogical(value) ? LOGICAL_FLAG << 8 : 0), 0)
  const head = [
    ...element(NUMERIC.uint32.code, bytesOf(flags)),
    ...element(NUMERIC.int32.code, bytesOf(Int32Array.from(value.dims))),
    ...element(NUMERIC.int8.code, ascii(name)),
  ]
  const body = [...head, ...contentOf(value)]
  return [tag(MATRIX_TYPE, sizeOf(body)), ...body]
}

function contentOf(value: MatArray): Pieces {
  const count = countOf(value.dims)
  if (value.kind === 'char') return textElement(value)
  if (value.kind === 'numeric') {
    checkCount(value.data.length, count)
    const narrow = value.storage === value.class ? value.data : convert(value.data, value.storage)
    const type = narrow ? value.storage : value.class
    return element(NUMERIC[type].code, bytesOf(narrow ?? value.data))
  }
  const arrays = value.values.flatMap((inner) => arrayElement(inner))
  if (value.kind === 'cell') {
    checkCount(value.values.length, count)
    return arrays
  }
  checkCount(value.values.length, count * value.fields.length)
  const names = new Uint8Array(value.fields.length * FIELD_NAME_BYTES)
  for (const [index, field] of value.fields.entries()) {
    const bytes = new TextEncoder().encode(field)
    if (bytes.byteLength >= FIELD_NAME_BYTES)
      throw new AppError(
        'value_out_of_range',
        `the field name ${field.slice(0, 80)} is too long for a .mat file`,
      )
    names.set(bytes, index * FIELD_NAME_BYTES)
  }
  return [
    ...element(NUMERIC.int32.code, bytesOf(Int32Array.of(FIELD_NAME_BYTES))),
    ...element(NUMERIC.int8.code, names),
    ...arrays,
  ]
}

function textElement({ text, storage }: MatChar): Pieces {
  if (storage === 'utf8') return element(TEXT_TYPES.utf8, new TextEncoder().encode(text))
  const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  if (storage === 'uint16' || storage === 'utf16') return element(TEXT_TYPES[storage], bytesOf(units))
  return element(TEXT_TYPES[storage], Uint8Array.from(units))
}

function isLogical(value: MatArray): boolean {
  return value.kind === 'numeric' && value.logical
}

function classCodeOf(value: MatArray): number {
  if (value.kind === 'numeric') return NUMERIC[value.class].classCode
  return { cell: CELL_CLASS, struct: STRUCT_CLASS, char: CHAR_CLASS }[value.kind]
}

function checkCount(found: number, expected: number): void {
  if (found !== expected)
    throw new AppError('value_out_of_range', `an array of ${expected} elements cannot hold ${found}`)
}

/** A tag and its data, padded to 8 bytes; up to 4 bytes share the tag's 8 bytes. */
function element(type: number, data: Uint8Array): Pieces {
  const size = data.byteLength
  if (size > 0 && size <= 4) {
    const short = tag(type | (size << 16), 0)
    short.set(data, 4)
    return [short]
  }
  return [tag(type, size), data, new Uint8Array((8 - (size % 8)) % 8)]
}

function tag(type: number, size: number): Uint8Array {
  return bytesOf(Uint32Array.of(type, size))
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function sizeOf(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
}

function join(pieces: Pieces): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(sizeOf(pieces))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.byteLength
  }
  return out
}
