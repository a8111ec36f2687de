import { AppError } from '../../../shared/errors'
import type { ProbabilityMap } from '../../../shared/maps'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { readPngHeader, type PngHeader } from '../../codecs/png-chunks'
import { expectKind, floatsFrom, type LabelFormat } from './format'
import { BYTE, linearCodec, type Linear } from './linear'

/** 8 or 16-bit grey PNG of whole numbers that stand for 0 to 1. */
export function probabilityPngOf(linear: Linear): LabelFormat {
  const codec = linearCodec(linear)
  return {
    kind: 'probability',
    extension: 'png',
    tolerance: Math.abs(linear.scale) / 2,
    readSize: (start, _fileSize, file) => checkFormat(readPngHeader(start, file), file),
    async decode(bytes, file): Promise<ProbabilityMap> {
      checkFormat(readPngHeader(bytes, file), file)
      const { data: stored, width, height } = await decodePng(bytes, file)
      const data = floatsFrom(stored, (one) => codec.decode(one))
      const wrong = data.findIndex((one) => !(one >= 0 && one <= 1))
      if (wrong >= 0)
        throw new AppError(
          'value_out_of_range',
          `${file}: pixel (${wrong % width}, ${Math.floor(wrong / width)}) has the value ${stored[wrong]}; ` +
            `${codec.encode(0)} to ${codec.encode(1)} are defined`,
        )
      return { kind: 'probability', width, height, data }
    },
    async encode(map, original) {
      const { data, width, height } = expectKind(map, 'probability')
      const like = original ? await decodePng(original, 'the original label') : null
      const wide = like ? like.depth === 16 : codec.encode(1) > 255
      const stored = wide ? new Uint16Array(data.length) : new Uint8Array(data.length)
      for (let i = 0; i < stored.length; i++)
        stored[i] = Math.round(codec.encode(Math.min(1, Math.max(0, data[i]!))))
      return encodePng(
        like ? { ...like, data: stored } : plainPng({ width, height }, 'grey', wide ? 16 : 8, stored),
      )
    },
  }
}

/** probability = value / 255; the boundary labels of NYUD hold 0 and 255 only. */
export const probabilityPng = probabilityPngOf(BYTE)

function checkFormat(header: PngHeader, file: string): PngHeader {
  if (header.colour === 'grey' && header.depth >= 8) return header
  throw new AppError(
    'file_unsupported',
    `${file} is a ${header.depth}-bit ${header.colour} PNG; this label is an 8 or 16-bit grey PNG`,
  )
}
