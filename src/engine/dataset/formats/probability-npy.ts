import { AppError } from '../../../shared/errors'
import type { ProbabilityMap } from '../../../shared/maps'
import { decodeNpy, encodeNpy, readNpyHeader } from '../../codecs/npy'
import { expectKind, floatsFrom, type LabelFormat } from './format'
import { linearCodec, type Linear } from './linear'
import { planeSize } from './npy-shape'

const WHAT = 'this label'

/** npy of numbers that stand for 0 to 1, (H, W) or (1, H, W), of any number type. */
export function probabilityNpy(linear: Linear): LabelFormat {
  const codec = linearCodec(linear)
  return {
    kind: 'probability',
    extension: 'npy',
    tolerance: codec.plain ? 0 : Math.abs(linear.scale) / 2,
    readSize: (start, fileSize, file) => planeSize(readNpyHeader(start, fileSize, file), file, WHAT),
    async decode(bytes, file): Promise<ProbabilityMap> {
      const array = decodeNpy(bytes, file)
      const size = planeSize(array, file, WHAT)
      const data = floatsFrom(array.data, (stored) => codec.decode(stored))
      const wrong = data.findIndex((one) => !(one >= 0 && one <= 1))
      if (wrong >= 0)
        throw new AppError(
          'value_out_of_range',
          `${file}: pixel (${wrong % size.width}, ${Math.floor(wrong / size.width)}) has the value ${array.data[wrong]}; ` +
            `${codec.encode(0)} to ${codec.encode(1)} are defined`,
        )
      return { kind: 'probability', ...size, data }
    },
    /** The dtype stays while it can hold the values: whole numbers that no longer do become float32. */
    async encode(map, original) {
      const { data, width, height } = expectKind(map, 'probability')
      const like = original ? decodeNpy(original, 'the original label') : null
      const stored = like ? Float64Array.from(like.data) : new Float64Array(data.length)
      for (let i = 0; i < stored.length; i++)
        if (!like || codec.decode(stored[i]!) !== data[i]) stored[i] = codec.encode(data[i]!)
      if (!like) return encodeNpy({ dtype: 'f4', shape: [height, width], data: Float32Array.from(stored) })
      const same = like.data.slice()
      same.set(stored)
      if (isFloat(same) || same.every((one, i) => one === stored[i]))
        return encodeNpy({ ...like, data: same })
      return encodeNpy({ ...like, dtype: 'f4', data: Float32Array.from(stored) })
    },
  }
}

function isFloat(data: object): boolean {
  return data instanceof Float32Array || data instanceof Float64Array
}
