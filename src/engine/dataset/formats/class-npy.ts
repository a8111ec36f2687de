import { AppError } from '../../../shared/errors'
import { decodeNpy, encodeNpy, readNpyHeader, type NpyHeader } from '../../codecs/npy'
import { classCodec, type ClassCoding } from './class-coding'
import { expectKind, type LabelFormat, type Size } from './format'
import { planeSize } from './npy-shape'

/** npy of class numbers, (H, W) or (1, H, W), of any whole-number type. */
export function classNpy(classes: number, coding: ClassCoding): LabelFormat {
  const codec = classCodec(classes, coding)
  return {
    kind: 'class',
    extension: 'npy',
    tolerance: 0,
    readSize: (start, fileSize, file) => sizeOf(readNpyHeader(start, fileSize, file), file),
    async decode(bytes, file) {
      const array = decodeNpy(bytes, file)
      const { width, height } = sizeOf(array, file)
      return { kind: 'class', width, height, data: codec.toIndices(array.data, file, width) }
    },
    async encode(map, original) {
      const { data: indices, width, height } = expectKind(map, 'class')
      const stored = codec.toStored(indices)
      const dtype = stored instanceof Uint8Array ? 'u1' : 'u2'
      if (!original) return encodeNpy({ dtype, shape: [height, width], data: stored })
      const like = decodeNpy(original, 'the original label')
      const data = like.data.slice()
      data.set(stored)
      const fits = data.every((value, i) => value === stored[i])
      return encodeNpy(fits ? { ...like, data } : { ...like, dtype, data: stored })
    },
  }
}

function sizeOf(header: Pick<NpyHeader, 'dtype' | 'shape'>, file: string): Size {
  if (header.dtype.startsWith('f'))
    throw new AppError(
      'file_unsupported',
      `${file} holds ${header.dtype} elements; classes are whole numbers (u1)`,
    )
  return planeSize(header, file, 'a class label')
}
