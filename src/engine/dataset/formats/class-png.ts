import { AppError } from '../../../shared/errors'
import { IGNORE_CLASS, type ClassMap } from '../../../shared/maps'
import { decodePng, encodePng, plainPng, type PngImage } from '../../codecs/png'
import { readPngHeader, type PngHeader } from '../../codecs/png-chunks'
import { expectKind, type LabelFormat } from './format'

/** PNG of class numbers: 0 = void, 1..classes = index + 1 (`label - 1` in the loaders, void becoming 255). */
export function classPng(classes: number): LabelFormat {
  return {
    kind: 'class',
    extension: 'png',
    tolerance: 0,
    readSize: (start, _fileSize, file) => checkFormat(readPngHeader(start, file), file),
    async decode(bytes, file) {
      checkFormat(readPngHeader(bytes, file), file)
      const { data: stored, width, height } = await decodePng(bytes, file)
      const wrong = stored.findIndex((value) => value > classes)
      if (wrong >= 0)
        throw new AppError(
          'value_out_of_range',
          `${file}: pixel (${wrong % width}, ${Math.floor(wrong / width)}) has the value ${stored[wrong]}; ` +
            `0 (void) to ${classes} are defined`,
        )
      const data = new Uint8Array(stored.length)
      for (let i = 0; i < data.length; i++) data[i] = stored[i] === 0 ? IGNORE_CLASS : stored[i]! - 1
      return { kind: 'class', width, height, data }
    },
    async encode(map, original) {
      const { data: indices, width, height } = expectKind(map, 'class')
      const stored = new Uint8Array(indices.length)
      for (let i = 0; i < stored.length; i++) {
        const index = indices[i]!
        if (index >= classes && index !== IGNORE_CLASS)
          throw new AppError('value_out_of_range', `class ${index} does not exist; there are ${classes}`)
        stored[i] = index === IGNORE_CLASS ? 0 : index + 1
      }
      const like = original ? await decodePng(original, 'the original label') : null
      return encodePng(
        like ? sameEncoding(like, stored, classes) : plainPng({ width, height }, 'grey', 8, stored),
      )
    },
  }
}

/** Pillow, which the loaders use, scales 2 and 4-bit grey and turns 1-bit grey into booleans: not class numbers. */
function checkFormat(header: PngHeader, file: string): PngHeader {
  if (header.colour === 'palette' || (header.colour === 'grey' && header.depth >= 8)) return header
  throw new AppError(
    'file_unsupported',
    `${file} is a ${header.depth}-bit ${header.colour} PNG; class labels are 8 or 16-bit grey or palette PNGs`,
  )
}

function sameEncoding(like: PngImage, stored: Uint8Array<ArrayBuffer>, classes: number): PngImage {
  if (like.depth === 16) return { ...like, data: Uint16Array.from(stored) }
  const largest = stored.reduce<ClassMap['data'][number]>((max, value) => Math.max(max, value), 0)
  const entries = like.palette ? like.palette.length / 3 : 256
  if (largest < 2 ** like.depth && largest < entries) return { ...like, data: stored }
  // A class the original's palette has no entry for: keep its colours, add black ones.
  const palette = new Uint8Array((classes + 1) * 3)
  palette.set((like.palette ?? palette).subarray(0, palette.length))
  return { ...like, depth: 8, palette, data: stored }
}
