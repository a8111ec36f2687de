import { AppError } from '../../../shared/errors'
import type { ProbabilityMap } from '../../../shared/maps'
import { decodePng, encodePng, plainPng } from '../../codecs/png'
import { readPngHeader, type PngHeader } from '../../codecs/png-chunks'
import { bytesFrom, expectKind, floatsFrom, type LabelFormat } from './format'

/** 8-bit grey PNG, probability = value / 255; boundary labels hold 0 and 255 only. */
export const probabilityPng: LabelFormat = {
  kind: 'probability',
  extension: 'png',
  tolerance: 0.5 / 255,
  readSize: (start, _fileSize, file) => checkFormat(readPngHeader(start, file), file),
  async decode(bytes, file): Promise<ProbabilityMap> {
    checkFormat(readPngHeader(bytes, file), file)
    const { data: stored, width, height } = await decodePng(bytes, file)
    return { kind: 'probability', width, height, data: floatsFrom(stored, (value) => value / 255) }
  },
  async encode(map) {
    const { data, width, height } = expectKind(map, 'probability')
    const stored = bytesFrom(data, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255))
    return encodePng(plainPng({ width, height }, 'grey', 8, stored))
  },
}

function checkFormat(header: PngHeader, file: string): PngHeader {
  if (header.colour === 'grey' && header.depth === 8) return header
  throw new AppError(
    'file_unsupported',
    `${file} is a ${header.depth}-bit ${header.colour} PNG; this label is an 8-bit grey PNG`,
  )
}
