import { decodeNpy, encodeNpy, readNpyHeader } from '../../src/engine/codecs/npy'
import { joined, mutate, pick, type Random } from './mutate'

function corpus(): Uint8Array[] {
  const data = Float32Array.of(0, -1.5, 3, 1e-7, Infinity, NaN)
  const shape = [2, 3]
  const one = encodeNpy({ dtype: 'f4', shape, data })
  return [
    one,
    encodeNpy({ dtype: 'f8', shape, data: Float64Array.from(data), fortranOrder: true }),
    encodeNpy({ dtype: 'f2', shape: [6], data: Float32Array.of(0, 1, 2, 3, 4, 5), bigEndian: true }),
    encodeNpy({ dtype: 'u1', shape: [1, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6), fortranOrder: true }),
    encodeNpy({ dtype: 'i8', shape: [2], data: Float64Array.of(-7, 7) }),
    encodeNpy({ dtype: 'u4', shape: [0, 4], data: new Uint32Array() }),
    // Version 2 has a header length of four bytes.
    joined(one.subarray(0, 6), Uint8Array.of(2, 0, one[8]!, one[9]!, 0, 0), one.subarray(10)),
  ]
}

export const npy = {
  corpus: () => Promise.resolve(corpus()),
  next: (files: readonly Uint8Array[], random: Random): Uint8Array =>
    mutate(pick(random, files), files, random),
  read(bytes: Uint8Array): Promise<void> {
    const array = decodeNpy(bytes, 'x.npy')
    readNpyHeader(bytes.subarray(0, 512), bytes.length, 'x.npy')
    const again = decodeNpy(encodeNpy(array), 'x.npy')
    if (!array.data.every((value, at) => Object.is(value, again.data[at])))
      throw new Error('a decoded array is not written as it was read')
    return Promise.resolve()
  },
}
