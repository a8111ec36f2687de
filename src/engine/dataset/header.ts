import { open, type FileHandle } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import type { Orientation } from '../../shared/orient'
import { isCompleteJpeg, isJpeg, readJpegHeader } from '../codecs/jpeg-header'
import { PNG_HEADER_BYTES, PNG_SIGNATURE, readPngChunks, readPngHeader } from '../codecs/png-chunks'
import { fileInside, readInside } from '../files/safe-path'
import type { Size } from './formats/format'

export type ReadSize<T extends Size | null = Size> = (start: Uint8Array, fileSize: number, file: string) => T

/** How much of a file is read for its header, each when the one before did not suffice; then all of it. */
const FIRST_READS = [512, 64 * 1024]
const PNG_END = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)

/** Upright size, and how the photo is turned from what its file stores. */
export interface PhotoSize extends Size {
  readonly orientation: Orientation
}

/** The size of a PNG or JPEG photo, upright. */
export const readPhotoSize: ReadSize<PhotoSize> = (start, _fileSize, file) =>
  isJpeg(start) ? readJpegHeader(start, file) : { ...readPngHeader(start, file), orientation: 1 }

/**
 * Reads a file's header, and the end of PNG and JPEG files, which shows whether one is cut off. Throws as `readSize`,
 * `file_missing`, `path_outside_root`, `file_truncated`.
 */
export async function readHeader<T extends Size | null>(
  root: string,
  file: string,
  readSize: ReadSize<T>,
): Promise<T> {
  const found = await fileInside(root, file)
  const handle = await open(found.path)
  try {
    const { size, start } = await readStart(root, handle, found.size, file, readSize)
    await checkEnd(root, handle, start, found.size, file)
    return size
  } finally {
    await handle.close()
  }
}

async function readStart<T extends Size | null>(
  root: string,
  handle: FileHandle,
  fileSize: number,
  file: string,
  readSize: ReadSize<T>,
): Promise<{ size: T; start: Uint8Array }> {
  for (const length of FIRST_READS) {
    const start = await readAt(handle, 0, Math.min(length, fileSize))
    try {
      return { size: readSize(start, fileSize, file), start }
    } catch (error) {
      const more = error instanceof AppError && error.code === 'file_truncated' && fileSize > length
      if (!more) throw error
    }
  }
  const start = await readInside(root, file)
  return { size: readSize(start, fileSize, file), start }
}

/** A file that does not end with its end marker is read whole: it is either cut off or carries bytes after its end. */
async function checkEnd(
  root: string,
  handle: FileHandle,
  start: Uint8Array,
  fileSize: number,
  file: string,
): Promise<void> {
  const from = Math.max(Math.min(PNG_HEADER_BYTES, fileSize), fileSize - PNG_END.length)
  if (PNG_SIGNATURE.every((byte, index) => start[index] === byte)) {
    const tail = await readAt(handle, from, fileSize - from)
    const complete = tail.length === PNG_END.length && tail.every((byte, index) => byte === PNG_END[index])
    if (!complete) readPngChunks(await readInside(root, file), file)
  } else if (isJpeg(start)) {
    const tail = await readAt(handle, from, fileSize - from)
    const complete = tail.at(-2) === 0xff && tail.at(-1) === 0xd9
    if (!complete && !isCompleteJpeg(await readInside(root, file), file))
      throw new AppError(
        'file_truncated',
        `${file} ends after ${fileSize} bytes, before the end of the JPEG image`,
      )
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
