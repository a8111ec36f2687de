import { AppError } from '../../../shared/errors'
import type { ScalarMap } from '../../../shared/maps'
import { MAX_PIXELS } from '../../../shared/maps'
import { decodeNpy, encodeNpy, readNpyHeader, type NpyHeader } from '../../codecs/npy'
import { expectKind, floatsFrom, type LabelFormat, type Size } from './format'

/** npy of float metres, (H, W) or (1, H, W); 0 = invalid, and so are NaN and infinities when read. */
export const depthNpy: LabelFormat = {
  kind: 'scalar',
  extension: 'npy',
  tolerance: 0,
  readSize: (start, fileSize, file) => sizeOf(readNpyHeader(start, fileSize, file), file),
  async decode(bytes, file): Promise<ScalarMap> {
    const array = decodeNpy(bytes, file)
    const size = sizeOf(array, file)
    return { kind: 'scalar', ...size, data: floatsFrom(array.data, metres) }
  },
  /** float64 stays float64, so that values nobody touched keep every bit; float16 becomes float32. */
  async encode(map, original) {
    const { data, width, height } = expectKind(map, 'scalar')
    const like = original ? decodeNpy(original, 'the original label') : null
    if (!like) return encodeNpy({ dtype: 'f4', shape: [height, width], data })
    const stored = like.data.slice()
    for (let i = 0; i < stored.length; i++) if (metres(stored[i]!) !== data[i]) stored[i] = data[i]!
    return encodeNpy({ ...like, data: stored })
  },
}

function metres(stored: number): number {
  const value = Math.fround(stored)
  return Number.isFinite(value) ? value : 0
}

function sizeOf({ dtype, shape }: Pick<NpyHeader, 'dtype' | 'shape'>, file: string): Size {
  const [height = 0, width = 0, ...rest] = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape
  if (rest.length > 0 || height < 1 || width < 1)
    throw new AppError(
      'file_malformed',
      `${file} has the shape (${shape.join(', ')}); depth is (height, width)`,
    )
  if (!['f2', 'f4', 'f8'].includes(dtype))
    throw new AppError('file_unsupported', `${file} holds ${dtype} elements; depth is float metres (f4)`)
  if (width * height > MAX_PIXELS)
    throw new AppError('file_too_large', `${file} has ${width}x${height} pixels, the limit is ${MAX_PIXELS}`)
  return { width, height }
}
