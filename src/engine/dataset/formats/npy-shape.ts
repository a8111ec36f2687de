import { AppError } from '../../../shared/errors'
import { MAX_PIXELS } from '../../../shared/maps'
import type { NpyHeader } from '../../codecs/npy'
import type { Size } from './format'

const FLOATS: readonly string[] = ['f2', 'f4', 'f8']

/** The size of an array (H, W), or (1, H, W) as a network gives it. Throws `file_malformed`, `file_too_large`. */
export function planeSize({ shape }: Pick<NpyHeader, 'shape'>, file: string, what: string): Size {
  const [height = 0, width = 0, ...rest] = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape
  if (rest.length > 0 || height < 1 || width < 1)
    throw new AppError(
      'file_malformed',
      `${file} has the shape (${shape.join(', ')}); ${what} is (height, width)`,
    )
  return checkPixels({ width, height }, file)
}

/** Throws `file_too_large`. */
export function checkPixels({ width, height }: Size, file: string): Size {
  if (width * height > MAX_PIXELS)
    throw new AppError('file_too_large', `${file} has ${width}x${height} pixels, the limit is ${MAX_PIXELS}`)
  return { width, height }
}

/** Throws `file_unsupported`. */
export function expectFloats({ dtype }: Pick<NpyHeader, 'dtype'>, file: string, what: string): void {
  if (!FLOATS.includes(dtype))
    throw new AppError('file_unsupported', `${file} holds ${dtype} elements; ${what}`)
}
