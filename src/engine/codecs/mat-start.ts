import { AppError } from '../../shared/errors'
import { readFields, readHeader } from './mat-decode'
import {
  declaredInside,
  elementAt,
  malformed,
  MAT_HEADER_BYTES,
  openMat,
  PEEK_BYTES,
  peekInside,
  type MatElement,
  type MatSource,
} from './mat-elements'
import { COMPRESSED_TYPE, countOf, MATRIX_TYPE, STRUCT_CLASS } from './mat-values'

/**
 * Dimensions of an array, from a file's first bytes: the variable `name`, or inside it, for each index of `path`, that
 * field of a struct's first element. Null when a struct on the way is empty or the array lies too deep in compressed
 * data. Throws as `decodeMat`, and `file_truncated` when more of the file must be seen.
 */
export function readMatDims(
  start: Uint8Array,
  fileSize: number,
  file: string,
  name: string,
  path: readonly number[] = [],
): readonly number[] | null {
  const source = openMat(start, file)
  for (let at = MAT_HEADER_BYTES; at < fileSize;) {
    const element = elementAt(source, at, fileSize)
    at = element.next
    if (element.start === element.end) continue
    if (element.type === MATRIX_TYPE) {
      if (readHeader(source, element.start, element.end).name === name) return dimsAt(source, element, path)
    } else if (element.type === COMPRESSED_TYPE) {
      const peek = peekInside(source, element.start, element.end, PEEK_BYTES)
      const size = declaredInside(peek, element.end - element.start)
      const inner = { type: MATRIX_TYPE, start: 8, end: 8 + size, next: 8 + size }
      const known = size > 0 && readHeader(peek, inner.start, inner.end).name === name
      if (known) return dimsPeeked(peek, inner, path, start.byteLength - element.start >= PEEK_BYTES)
    } else throw malformed(file, `an element of type ${element.type} is no array`)
  }
  throw malformed(file, `it has no variable ${name}`)
}

function dimsPeeked(
  peek: MatSource,
  element: MatElement,
  path: readonly number[],
  isMostSeen: boolean,
): readonly number[] | null {
  try {
    return dimsAt(peek, element, path)
  } catch (error) {
    if (isMostSeen && error instanceof AppError && error.code === 'file_truncated') return null
    throw error
  }
}

function dimsAt(source: MatSource, element: MatElement, path: readonly number[]): readonly number[] | null {
  const [field, ...rest] = path
  if (element.start === element.end) return null
  const { classCode, dims, next } = readHeader(source, element.start, element.end)
  if (field === undefined) return dims
  if (classCode !== STRUCT_CLASS || countOf(dims) === 0) return null
  const { fields, after } = readFields(source, next, element.end)
  if (field >= fields.length) return null
  let at = after
  for (let i = 0; i < field; i++) at = elementAt(source, at, element.end).next
  return dimsAt(source, elementAt(source, at, element.end), rest)
}
