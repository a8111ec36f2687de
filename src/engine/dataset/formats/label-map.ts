import { AppError } from '../../../shared/errors'
import { MAX_PIXELS } from '../../../shared/maps'
import { decodeMat } from '../../codecs/mat-decode'
import { readMatDims } from '../../codecs/mat-start'
import type { Size } from './format'

/** PASCAL-Context's own annotation: one of 459 class numbers per pixel, in the variable `LabelMap`. */
export interface LabelMap extends Size {
  /** Row-major. */
  readonly data: Uint16Array<ArrayBuffer>
}
const NAME = 'LabelMap'
const LARGEST = 459

/** Throws as `decodeMat`, and `value_out_of_range` for numbers that are no class. */
export async function readLabelMap(bytes: Uint8Array, file: string): Promise<LabelMap> {
  const [variable] = await decodeMat(bytes, file, [NAME])
  if (variable?.value.kind !== 'numeric')
    throw new AppError('file_malformed', `${file} has no numeric variable ${NAME}`)
  const { dims, data: columns } = variable.value
  const { width, height } = sizeOfDims(dims, file)
  const data = new Uint16Array(width * height)
  for (let x = 0, at = 0; x < width; x++)
    for (let y = 0; y < height; y++, at++) {
      const value = Number(columns[at])
      if (!(Number.isInteger(value) && value >= 0 && value <= LARGEST))
        throw new AppError(
          'value_out_of_range',
          `${file}: pixel (${x}, ${y}) has the value ${value}; ${NAME} holds 0 to ${LARGEST}`,
        )
      data[y * width + x] = value
    }
  return { width, height, data }
}

export function readLabelMapSize(start: Uint8Array, fileSize: number, file: string): Size | null {
  const dims = readMatDims(start, fileSize, file, NAME)
  return dims && sizeOfDims(dims, file)
}

/** Rows and columns of a map in a .mat file. Throws `file_malformed`, `file_too_large`. */
export function sizeOfDims(dims: readonly number[], file: string): Size {
  const [height = 0, width = 0, ...rest] = dims
  if (rest.length > 0 || width < 1 || height < 1)
    throw new AppError('file_malformed', `${file} holds a map of the size ${dims.join('x')}`)
  if (width * height > MAX_PIXELS)
    throw new AppError('file_too_large', `${file} has ${width}x${height} pixels, the limit is ${MAX_PIXELS}`)
  return { width, height }
}
