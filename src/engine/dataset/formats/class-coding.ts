import { AppError } from '../../../shared/errors'
import { IGNORE_CLASS } from '../../../shared/maps'

/** How class indices are stored: index + `offset`, and `ignore` for pixels without a class. */
export interface ClassCoding {
  readonly offset: number
  readonly ignore: number
}

/** 0 = void, 1..classes = index + 1 (`label - 1` in the loaders, void becoming 255). */
export const FROM_ONE: ClassCoding = { offset: 1, ignore: 0 }
/** The index itself, 255 = void. */
export const AS_IS: ClassCoding = { offset: 0, ignore: 255 }

export interface ClassCodec {
  /** Indices of stored values in pixel order, void as 255. Throws `value_out_of_range` naming the pixel. */
  toIndices(stored: ArrayLike<number>, file: string, width: number): Uint8Array<ArrayBuffer>
  /** Stored values of indices; bytes where every value fits one. Throws `value_out_of_range` for a class that does not exist. */
  toStored(indices: Uint8Array): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>
}

const UNDEFINED = -1

/** Both directions through tables. `classes` is at most 255, stored values are 0 to 65535. */
export function classCodec(classes: number, { offset, ignore }: ClassCoding): ClassCodec {
  const indexOf = new Int16Array(65536).fill(UNDEFINED)
  const storedOf = new Int32Array(256).fill(UNDEFINED)
  for (let index = 0; index < classes; index++) {
    indexOf[index + offset] = index
    storedOf[index] = index + offset
  }
  indexOf[ignore] = IGNORE_CLASS
  storedOf[IGNORE_CLASS] = ignore
  const Stored = Math.max(ignore, classes - 1 + offset) < 256 ? Uint8Array : Uint16Array
  return {
    toIndices(stored, file, width) {
      const indices = new Uint8Array(stored.length)
      for (let i = 0; i < indices.length; i++) {
        const index = indexOf[stored[i]!] ?? UNDEFINED
        if (index === UNDEFINED)
          throw new AppError(
            'value_out_of_range',
            `${file}: pixel (${i % width}, ${Math.floor(i / width)}) has the value ${stored[i]}; ` +
              `${offset} to ${classes - 1 + offset} and ${ignore} (void) are defined`,
          )
        indices[i] = index
      }
      return indices
    },
    toStored(indices) {
      const stored = new Stored(indices.length)
      for (let i = 0; i < indices.length; i++) {
        const value = storedOf[indices[i]!]!
        if (value === UNDEFINED)
          throw new AppError('value_out_of_range', `class ${indices[i]} does not exist; there are ${classes}`)
        stored[i] = value
      }
      return stored
    },
  }
}
