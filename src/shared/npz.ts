import { AppError } from './errors'
import { npyHeader } from './npy-header'
import { zipStore } from './zip'

/** One array in C order; `shape` in elements, slowest axis first. */
export interface NpzArray {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Uint8Array
}

/**
 * An uncompressed npz file as `numpy.load` reads it: every array under its name, and every text as a unicode scalar
 * (`str(file['name'])`), which needs no pickle. Throws `value_out_of_range` when shape and data of an array differ.
 */
export function encodeNpz(
  arrays: Readonly<Record<string, NpzArray>>,
  texts: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return zipStore([
    ...Object.entries(arrays).map(([name, array]) => ({ name: `${name}.npy`, bytes: arrayFile(array) })),
    ...Object.entries(texts).map(([name, text]) => ({ name: `${name}.npy`, bytes: textFile(text) })),
  ])
}

function arrayFile({ shape, data }: NpzArray): Uint8Array {
  const elements = shape.reduce((product, size) => product * size, 1)
  if (elements !== data.length)
    throw new AppError('value_out_of_range', `shape ${shape.join('x')} does not hold ${data.length} elements`)
  const descr = data instanceof Uint8Array ? '|u1' : data instanceof Float32Array ? '<f4' : '<f8'
  return joined(npyHeader(descr, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

/** Numpy keeps text as UTF-32; a scalar of no characters does not exist, so an empty text is one zero, which numpy drops. */
function textFile(text: string): Uint8Array {
  const points = Array.from(text, (character) => character.codePointAt(0)!)
  const codes = Uint32Array.from(points.length > 0 ? points : [0])
  return joined(npyHeader(`<U${codes.length}`, []), new Uint8Array(codes.buffer))
}

function joined(head: Uint8Array, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length + body.length)
  out.set(head)
  out.set(body, head.length)
  return out
}
