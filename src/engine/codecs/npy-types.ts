import { AppError } from '../../shared/errors'

type View = [buffer: ArrayBuffer, offset: number, length: number]

/**
 * numpy element types that are read, and the arrays they are kept in; objects and records are refused (they can hold
 * code). `over` = a view of bytes in a file; float16 is widened to float32, and 64-bit integers to float64, which holds them exactly up to 2^53.
 */
export const DTYPES = {
  f2: { bytes: 2, make: (n: number) => new Float32Array(n), over: null },
  f4: {
    bytes: 4,
    make: (n: number) => new Float32Array(n),
    over: (...view: View) => new Float32Array(...view),
  },
  f8: {
    bytes: 8,
    make: (n: number) => new Float64Array(n),
    over: (...view: View) => new Float64Array(...view),
  },
  u1: { bytes: 1, make: (n: number) => new Uint8Array(n), over: (...view: View) => new Uint8Array(...view) },
  i1: { bytes: 1, make: (n: number) => new Int8Array(n), over: (...view: View) => new Int8Array(...view) },
  b1: { bytes: 1, make: (n: number) => new Uint8Array(n), over: (...view: View) => new Uint8Array(...view) },
  u2: {
    bytes: 2,
    make: (n: number) => new Uint16Array(n),
    over: (...view: View) => new Uint16Array(...view),
  },
  i2: { bytes: 2, make: (n: number) => new Int16Array(n), over: (...view: View) => new Int16Array(...view) },
  u4: {
    bytes: 4,
    make: (n: number) => new Uint32Array(n),
    over: (...view: View) => new Uint32Array(...view),
  },
  i4: { bytes: 4, make: (n: number) => new Int32Array(n), over: (...view: View) => new Int32Array(...view) },
  i8: { bytes: 8, make: (n: number) => new Float64Array(n), over: null },
} as const

export type NpyDtype = keyof typeof DTYPES
export type NpyData = ReturnType<(typeof DTYPES)[NpyDtype]['make']>

export function isDtype(name: string): name is NpyDtype {
  return Object.hasOwn(DTYPES, name)
}

/** The numbers in little-endian bytes, in place where they lie aligned. Throws `value_out_of_range` for integers beyond 2^53. */
export function numbersFrom(dtype: NpyDtype, bytes: Uint8Array, count: number, file: string): NpyData {
  const { over, bytes: width } = DTYPES[dtype]
  if (over && bytes.buffer instanceof ArrayBuffer && bytes.byteOffset % width === 0)
    return over(bytes.buffer, bytes.byteOffset, count)
  const data = DTYPES[dtype].make(count)
  if (dtype === 'f2') {
    const halves = new Uint16Array(count)
    new Uint8Array(halves.buffer).set(bytes)
    for (let i = 0; i < count; i++) data[i] = floatOfHalf(halves[i]!)
  } else if (dtype === 'i8') {
    const whole = new BigInt64Array(count)
    new Uint8Array(whole.buffer).set(bytes)
    for (let i = 0; i < count; i++) data[i] = exactly(whole[i]!, file)
  } else new Uint8Array(data.buffer).set(bytes)
  return data
}

function exactly(value: bigint, file: string): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new AppError('value_out_of_range', `${file} holds ${value}; whole numbers up to 2^53 are read`)
}

/** The little-endian bytes of numbers, and the type they have there: float16 only while every number is one. */
export function bytesFrom(dtype: NpyDtype, data: NpyData): { dtype: NpyDtype; bytes: Uint8Array } {
  const plain = { dtype, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
  if (dtype === 'i8') return { dtype, bytes: new Uint8Array(BigInt64Array.from(data, BigInt).buffer) }
  if (dtype !== 'f2') return plain
  const halves = new Uint16Array(data.length)
  for (let i = 0; i < halves.length; i++) {
    const half = halfOf(data[i]!)
    if (half === null) return { ...plain, dtype: 'f4' }
    halves[i] = half
  }
  return { dtype, bytes: new Uint8Array(halves.buffer) }
}

/** IEEE 754 binary16. */
function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The binary16 of a number; null when it has no exact one. */
function halfOf(value: number): number | null {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size === Infinity) return sign | 0x7c00
  const exponent = size === 0 ? -15 : Math.max(-15, Math.floor(Math.log2(size)))
  if (exponent > 15) return null
  const fraction = exponent === -15 || exponent < -14 ? size * 2 ** 24 : size * 2 ** (10 - exponent) - 1024
  const bits = sign | (exponent < -14 ? 0 : (exponent + 15) << 10) | fraction
  return floatOfHalf(bits) === value ? bits : null
}
