import { AppError } from '../../../shared/errors'
import type { ScalarMap } from '../../../shared/maps'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { readPngHeader, type PngHeader } from '../../codecs/png-chunks'
import { expectKind, floatsFrom, type LabelFormat } from './format'
import { linearCodec, type Linear } from './linear'

/** 8 or 16-bit grey PNG of whole numbers that stand for metres; 0 = invalid. */
export function depthPng(linear: Linear): LabelFormat {
  const codec = linearCodec(linear)
  const metres = (stored: number): number => (stored === 0 ? 0 : codec.decode(stored))
  return {
    kind: 'scalar',
    extension: 'png',
    tolerance: Math.abs(linear.scale) / 2,
    readSize: (start, _fileSize, file) => checkFormat(readPngHeader(start, file), file),
    async decode(bytes, file): Promise<ScalarMap> {
      checkFormat(readPngHeader(bytes, file), file)
      const { data, width, height } = await decodePng(bytes, file)
      return { kind: 'scalar', width, height, data: floatsFrom(data, metres) }
    },
    async encode(map, original) {
      const { data, width, height } = expectKind(map, 'scalar')
      const like = original ? await decodePng(original, 'the original label') : null
      const depth = like?.depth ?? 16
      const limit = 2 ** depth - 1
      const stored = like ? like.data.slice() : new Uint16Array(data.length)
      for (let i = 0; i < stored.length; i++) {
        const value = data[i]!
        if (like && metres(stored[i]!) === value) continue
        const whole = value === 0 ? 0 : Math.round(codec.encode(value))
        if (whole < 0 || whole > limit || (whole === 0 && value !== 0))
          throw new AppError(
            'value_out_of_range',
            `${value} m cannot be stored: the ${depth}-bit file holds ${metres(1)} to ${metres(limit)} m`,
          )
        stored[i] = whole
      }
      return encodePng(like ? { ...like, data: stored } : plainPng({ width, height }, 'grey', 16, stored))
    },
  }
}

function checkFormat(header: PngHeader, file: string): PngHeader {
  if (header.colour === 'grey' && header.depth >= 8) return header
  throw new AppError(
    'file_unsupported',
    `${file} is a ${header.depth}-bit ${header.colour} PNG; depth is an 8 or 16-bit grey PNG`,
  )
}
