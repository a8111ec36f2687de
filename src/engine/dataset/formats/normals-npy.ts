import { AppError } from '../../../shared/errors'
import type { VectorMap } from '../../../shared/maps'
import { decodeNpy, encodeNpy, readNpyHeader, type NpyHeader } from '../../codecs/npy'
import { expectKind, floatsFrom, type LabelFormat, type Size } from './format'
import { checkPixels, expectFloats } from './npy-shape'

/** npy of float unit vectors, (H, W, 3); (0, 0, 0) = invalid, and so is a vector with a component that is not finite. */
export const normalsNpy: LabelFormat = {
  kind: 'vector',
  extension: 'npy',
  tolerance: 0,
  readSize: (start, fileSize, file) => sizeOf(readNpyHeader(start, fileSize, file), file),
  async decode(bytes, file): Promise<VectorMap> {
    const array = decodeNpy(bytes, file)
    return { kind: 'vector', ...sizeOf(array, file), data: vectors(array.data) }
  },
  /** As depth: dtype and memory order stay, and so does every bit of a vector nobody touched. */
  async encode(map, original) {
    const { data, width, height } = expectKind(map, 'vector')
    const like = original ? decodeNpy(original, 'the original label') : null
    if (!like) return encodeNpy({ dtype: 'f4', shape: [height, width, 3], data })
    const before = vectors(like.data)
    const stored = like.data.slice()
    for (let i = 0; i < stored.length; i++) if (before[i] !== data[i]) stored[i] = data[i]!
    return encodeNpy({ ...like, data: stored })
  },
}

function vectors(stored: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const data = floatsFrom(stored, (value) => value)
  for (let i = 0; i < data.length; i += 3)
    if (!Number.isFinite(data[i]! + data[i + 1]! + data[i + 2]!)) data.fill(0, i, i + 3)
  return data
}

function sizeOf(header: Pick<NpyHeader, 'dtype' | 'shape'>, file: string): Size {
  const [height = 0, width = 0, channels = 0, ...rest] = header.shape
  if (rest.length > 0 || channels !== 3 || height < 1 || width < 1)
    throw new AppError(
      'file_malformed',
      `${file} has the shape (${header.shape.join(', ')}); normals are (height, width, 3)`,
    )
  expectFloats(header, file, 'normals are floats (f4)')
  return checkPixels({ width, height }, file)
}
