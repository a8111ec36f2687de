import { AppError } from '../../../shared/errors'
import type { VectorMap } from '../../../shared/maps'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { readPngHeader, type PngHeader } from '../../codecs/png-chunks'
import { bytesFrom, expectKind, type LabelFormat } from './format'

/** Nearest stored value to a zero component: a pixel with all three is what a zero (invalid) vector is written as. */
const ZERO = 128

/**
 * 8-bit RGB PNG, n = 2 p / 255 - 1 per component. Vectors are not renormalised, so a read and a write give the same
 * bytes. (128, 128, 128) is read as the invalid vector (0, 0, 0); the encoding has no exact zero.
 */
export const normalsPng: LabelFormat = {
  kind: 'vector',
  extension: 'png',
  tolerance: 1 / 255,
  readSize: (start, _fileSize, file) => checkFormat(readPngHeader(start, file), file),
  async decode(bytes, file): Promise<VectorMap> {
    checkFormat(readPngHeader(bytes, file), file)
    const { data: stored, width, height } = await decodePng(bytes, file)
    const data = new Float32Array(stored.length)
    for (let i = 0; i < stored.length; i += 3) {
      if (stored[i] === ZERO && stored[i + 1] === ZERO && stored[i + 2] === ZERO) continue
      for (let c = i; c < i + 3; c++) data[c] = (2 * stored[c]!) / 255 - 1
    }
    return { kind: 'vector', width, height, data }
  },
  async encode(map) {
    const { data, width, height } = expectKind(map, 'vector')
    const stored = bytesFrom(data, (value) => Math.round(((Math.min(1, Math.max(-1, value)) + 1) / 2) * 255))
    return encodePng(plainPng({ width, height }, 'rgb', 8, stored))
  },
}

function checkFormat(header: PngHeader, file: string): PngHeader {
  if (header.colour === 'rgb' && header.depth === 8) return header
  throw new AppError(
    'file_unsupported',
    `${file} is a ${header.depth}-bit ${header.colour} PNG; normals are 8-bit RGB PNGs`,
  )
}
