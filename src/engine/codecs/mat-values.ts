/**
 * The numeric types of a MATLAB v5 file. Each is both a class (what MATLAB computes with) and a storage type (what is
 * in the file: MATLAB stores a double array of small whole numbers as uint8). Codes: "MAT-File Format", tables 1-1, 1-3.
 */
export const NUMERIC = {
  int8: { code: 1, classCode: 8, make: (n: number) => new Int8Array(n) },
  uint8: { code: 2, classCode: 9, make: (n: number) => new Uint8Array(n) },
  int16: { code: 3, classCode: 10, make: (n: number) => new Int16Array(n) },
  uint16: { code: 4, classCode: 11, make: (n: number) => new Uint16Array(n) },
  int32: { code: 5, classCode: 12, make: (n: number) => new Int32Array(n) },
  uint32: { code: 6, classCode: 13, make: (n: number) => new Uint32Array(n) },
  single: { code: 7, classCode: 7, make: (n: number) => new Float32Array(n) },
  double: { code: 9, classCode: 6, make: (n: number) => new Float64Array(n) },
  int64: { code: 12, classCode: 14, make: (n: number) => new BigInt64Array(n) },
  uint64: { code: 13, classCode: 15, make: (n: number) => new BigUint64Array(n) },
} as const

export const MAT_TYPES = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'single',
  'double',
  'int64',
  'uint64',
] as const
export type MatType = (typeof MAT_TYPES)[number]
export type MatData = ReturnType<(typeof NUMERIC)[MatType]['make']>

/** Storage types that are not numbers, and classes that are not numeric. */
export const MATRIX_TYPE = 14
export const COMPRESSED_TYPE = 15
export const TEXT_TYPES = { int8: 1, uint8: 2, uint16: 4, utf8: 16, utf16: 17 } as const
export type MatTextType = keyof typeof TEXT_TYPES
export const CELL_CLASS = 1
export const STRUCT_CLASS = 2
export const CHAR_CLASS = 4
export const LOGICAL_FLAG = 0x02
export const COMPLEX_FLAG = 0x08

/** Every array has at least two dimensions and holds its elements in column-major order, as stored. */
interface Dimensioned {
  readonly dims: readonly number[]
}
/** `data` has the type of `class`; `storage` is the type it has in the file, kept when the file is written again. */
export interface MatNumeric extends Dimensioned {
  readonly kind: 'numeric'
  readonly class: MatType
  readonly storage: MatType
  readonly logical: boolean
  readonly data: MatData
}
export interface MatChar extends Dimensioned {
  readonly kind: 'char'
  readonly text: string
  readonly storage: MatTextType
}
export interface MatCell extends Dimensioned {
  readonly kind: 'cell'
  readonly values: readonly MatArray[]
}
/** `values` holds all fields of the first element, then of the second, ... */
export interface MatStruct extends Dimensioned {
  readonly kind: 'struct'
  readonly fields: readonly string[]
  readonly values: readonly MatArray[]
}
export type MatArray = MatNumeric | MatChar | MatCell | MatStruct

export interface MatVariable {
  readonly name: string
  readonly compressed: boolean
  readonly value: MatArray
}

export function countOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1)
}

/** A numeric array stored as its own class. */
export function numeric(type: MatType, dims: readonly number[], data: MatData, logical = false): MatNumeric {
  return { kind: 'numeric', class: type, storage: type, logical, dims, data }
}
