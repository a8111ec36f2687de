import { AppError } from '../../../shared/errors'
import {
  decodePng,
  encodePng,
  plainPng,
  readPngEncoding,
  type PngEncoding,
  type PngImage,
} from '../../codecs/png'
import { readPngHeader, type PngHeader } from '../../codecs/png-chunks'
import { classCodec, type ClassCoding } from './class-coding'
import { expectKind, type LabelFormat } from './format'

/** PNG of class numbers: 8 or 16-bit grey, or a palette's indices. */
export function classPng(classes: number, coding: ClassCoding): LabelFormat {
  const codec = classCodec(classes, coding)
  return {
    kind: 'class',
    extension: 'png',
    tolerance: 0,
    readSize: (start, _fileSize, file) => checkFormat(readPngHeader(start, file), file),
    async decode(bytes, file) {
      checkFormat(readPngHeader(bytes, file), file)
      const { data: stored, width, height } = await decodePng(bytes, file)
      return { kind: 'class', width, height, data: codec.toIndices(stored, file, width) }
    },
    async encode(map, original) {
      const { data: indices, width, height } = expectKind(map, 'class')
      const stored = codec.toStored(indices)
      if (original) return encodePng(sameEncoding(readPngEncoding(original, 'the original label'), stored))
      return encodePng(plainPng({ width, height }, 'grey', stored instanceof Uint8Array ? 8 : 16, stored))
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

/** The values in the original's pixel format, widened only where a value does not fit. */
function sameEncoding(
  like: PngEncoding,
  stored: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
): PngImage {
  let largest = 0
  // By index: an iterator takes several times as long.
  for (let i = 0; i < stored.length; i++) if (stored[i]! > largest) largest = stored[i]!
  if (like.depth === 16 || largest > 255)
    return { ...like, colour: 'grey', depth: 16, palette: null, data: Uint16Array.from(stored) }
  const data = stored instanceof Uint8Array ? stored : Uint8Array.from(stored)
  const entries = like.palette ? like.palette.length / 3 : 256
  if (largest < 2 ** like.depth && largest < entries) return { ...like, data }
  // A class the original's palette has no entry for: keep its colours, add black ones.
  const palette = new Uint8Array(Math.max(entries, largest + 1) * 3)
  palette.set(like.palette ?? [])
  return { ...like, depth: 8, palette, data }
}
