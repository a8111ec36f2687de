import { AppError } from '../../shared/errors'
import { MAX_PIXELS } from '../../shared/maps'
import type { Orientation } from '../../shared/orient'

export interface JpegHeader {
  /** Of the upright image: a photo that EXIF turns by a quarter has its sides exchanged. */
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
}

/** Markers without a length (ITU-T T.81, table B.1): TEM and the restart markers. */
const BARE = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
/** Start-of-frame markers: C0 to CF but DHT (C4), JPG (C8) and DAC (CC). */
const IS_FRAME = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]
const START_OF_SCAN = 0xda
const APP1 = 0xe1
const END = 0xd9

export function isJpeg(start: Uint8Array): boolean {
  return start[0] === 0xff && start[1] === 0xd8
}

/**
 * The size in the first bytes of a JPEG file. Throws `file_truncated` when they end before the frame header (ask again
 * with more of a longer file), `file_malformed` and `file_too_large`.
 */
export function readJpegHeader(start: Uint8Array, file: string): JpegHeader {
  if (!isJpeg(start))
    throw new AppError(
      'file_malformed',
      `${file} is not a JPEG file: its first bytes differ from the signature`,
    )
  let orientation: Orientation = 1
  for (const { marker, from, to } of segments(start, file)) {
    if (marker === APP1) orientation = exifOrientation(start.subarray(from, to)) ?? orientation
    if (!IS_FRAME(marker)) continue
    if (to - from < 6)
      throw new AppError('file_malformed', `${file} has a JPEG frame header that is too short`)
    const view = new DataView(start.buffer, start.byteOffset + from)
    const [height, width] = [view.getUint16(1), view.getUint16(3)]
    if (width < 1 || height < 1)
      throw new AppError('file_malformed', `${file} declares a size of ${width}x${height}`)
    if (width * height > MAX_PIXELS)
      throw new AppError(
        'file_too_large',
        `${file} has ${width}x${height} pixels, the limit is ${MAX_PIXELS}`,
      )
    return orientation >= 5 ? { width: height, height: width, orientation } : { width, height, orientation }
  }
  throw new AppError('file_malformed', `${file} is a JPEG file without an image`)
}

/** True when the image data of a whole file ends with the end marker; bytes after it are allowed. */
export function isCompleteJpeg(bytes: Uint8Array, file: string): boolean {
  if (bytes.at(-2) === 0xff && bytes.at(-1) === END) return true
  const scan = [...segments(bytes, file)].at(-1)
  if (scan?.marker !== START_OF_SCAN) return false
  // In the image data every 0xff byte is followed by a stuffed zero or belongs to a marker.
  for (let at = bytes.indexOf(0xff, scan.to); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === END) return true
  return false
}

/** The segments up to the first scan, with the places of their content. Throws `file_truncated`, `file_malformed`. */
function* segments(bytes: Uint8Array, file: string): Generator<{ marker: number; from: number; to: number }> {
  for (let at = 2; ;) {
    if (at + 4 > bytes.byteLength) throw truncated(file, bytes.byteLength)
    if (bytes[at] !== 0xff)
      throw new AppError('file_malformed', `${file}: no JPEG marker where one must be, at byte ${at}`)
    const marker = bytes[at + 1]!
    if (marker === 0xff || BARE(marker)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    if (marker === END) return
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!
    if (length < 2) throw new AppError('file_malformed', `${file}: a JPEG segment has a length of ${length}`)
    const to = at + 2 + length
    if (to > bytes.byteLength) throw truncated(file, bytes.byteLength)
    yield { marker, from: at + 4, to }
    if (marker === START_OF_SCAN) return
    at = to
  }
}

/** The orientation tag (0x0112) of an APP1 segment; null when there is none. EXIF 2.3, TIFF 6.0. */
function exifOrientation(segment: Uint8Array): Orientation | null {
  if (String.fromCharCode(...segment.subarray(0, 6)) !== 'Exif\0\0' || segment.byteLength < 14) return null
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6)
  const little = tiff.getUint16(0) === 0x4949
  const directory = tiff.getUint32(4, little)
  if (directory + 2 > tiff.byteLength) return null
  const entries = tiff.getUint16(directory, little)
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12
    if (entry + 12 > tiff.byteLength) return null
    if (tiff.getUint16(entry, little) !== 0x0112) continue
    const value = tiff.getUint16(entry + 8, little)
    return ORIENTATIONS.find((one) => one === value) ?? null
  }
  return null
}

function truncated(file: string, length: number): AppError {
  return new AppError(
    'file_truncated',
    `${file} ends after ${length} bytes, before the end of the JPEG header`,
  )
}
