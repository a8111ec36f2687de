import type { ScalarMap } from '../../../shared/maps'
import { decodeNpy, encodeNpy, readNpyHeader, type NpyHeader } from '../../codecs/npy'
import { expectKind, floatsFrom, type LabelFormat, type Size } from './format'
import { linearCodec, PLAIN, type Linear } from './linear'
import { expectFloats, planeSize } from './npy-shape'

/** npy of numbers that stand for metres, (H, W) or (1, H, W); 0 = invalid, and so are NaN and infinities when read. */
export function depthNpyOf(linear: Linear): LabelFormat {
  const codec = linearCodec(linear)
  const metres = (stored: number): number => {
    const value = stored === 0 ? 0 : codec.decode(stored)
    return Number.isFinite(value) ? value : 0
  }
  const sizeOf = (header: Pick<NpyHeader, 'dtype' | 'shape'>, file: string): Size => {
    if (codec.plain) expectFloats(header, file, 'depth is float metres (f4)')
    return planeSize(header, file, 'depth')
  }
  return {
    kind: 'scalar',
    extension: 'npy',
    tolerance: codec.plain ? 0 : Math.abs(linear.scale) / 2,
    readSize: (start, fileSize, file) => sizeOf(readNpyHeader(start, fileSize, file), file),
    async decode(bytes, file): Promise<ScalarMap> {
      const array = decodeNpy(bytes, file)
      return { kind: 'scalar', ...sizeOf(array, file), data: floatsFrom(array.data, metres) }
    },
    /** The dtype stays, so that values nobody touched keep every bit; what float16 cannot hold becomes float32. */
    async encode(map, original) {
      const { data, width, height } = expectKind(map, 'scalar')
      const like = original ? decodeNpy(original, 'the original label') : null
      const stored = like ? like.data.slice() : new Float32Array(data.length)
      const whole = !(stored instanceof Float32Array || stored instanceof Float64Array)
      for (let i = 0; i < stored.length; i++) {
        if (like && metres(stored[i]!) === data[i]) continue
        const value = data[i] === 0 ? 0 : codec.encode(data[i]!)
        stored[i] = whole ? Math.round(value) : value
      }
      return encodeNpy(
        like ? { ...like, data: stored } : { dtype: 'f4', shape: [height, width], data: stored },
      )
    },
  }
}

/** Metres as they are, the encoding of the NYUD packages. */
export const depthNpy = depthNpyOf(PLAIN)
