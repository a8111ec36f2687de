import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CardFile } from '../../shared/card'
import { AppError } from '../../shared/errors'
import { isInside } from '../files/safe-path'

/** Protobuf's own limit, and one buffer's. */
const MAX_BYTES = 2 ** 31 - 1

/**
 * Reads a file of a bundle through one handle, so that what is measured, hashed and returned is the same file. Throws
 * `bundle_invalid` when it is missing, no regular file, too large or outside the folder (also by a link), and
 * `bundle_hash_mismatch` with both values.
 */
export async function readListed(directory: string, listed: CardFile): Promise<Uint8Array> {
  const handle = await openInside(directory, listed.file)
  try {
    await checkSize(handle, listed)
    const content = await handle.readFile()
    compare(listed, createHash('sha256').update(content).digest('hex'), content.length)
    return content
  } finally {
    await handle.close()
  }
}

/** As `readListed` for a file whose content is not needed here; it is hashed piece by piece. */
export async function checkListed(directory: string, listed: CardFile): Promise<void> {
  const handle = await openInside(directory, listed.file)
  try {
    await checkSize(handle, listed)
    const hash = createHash('sha256')
    let length = 0
    for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 2 ** 20 })) {
      const bytes = piece as Buffer
      hash.update(bytes)
      length += bytes.length
    }
    compare(listed, hash.digest('hex'), length)
  } finally {
    await handle.close()
  }
}

async function openInside(directory: string, file: string): Promise<FileHandle> {
  const wanted = file.includes('\0') ? null : resolve(directory, file)
  if (wanted === null || !isInside(directory, wanted)) throw outside(file, wanted ?? file)
  const real = await realpath(wanted).catch(() => null)
  if (real === null) throw new AppError('bundle_invalid', `${file} is missing from ${directory}`)
  if (!isInside(directory, real)) throw outside(file, real)
  // A pipe in place of the file would wait for a writer, for ever.
  return open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause: unknown) => {
    throw new AppError('bundle_invalid', `${file} cannot be read; check its permissions`, undefined, {
      cause,
    })
  })
}

async function checkSize(handle: FileHandle, { file, bytes }: CardFile): Promise<void> {
  const info = await handle.stat()
  if (!info.isFile()) throw new AppError('bundle_invalid', `${file} is not a file`)
  if (info.size > MAX_BYTES)
    throw new AppError(
      'bundle_invalid',
      `${file} has ${info.size} bytes, at most ${MAX_BYTES} can be loaded; spread the weights over several files`,
    )
  if (info.size !== bytes) throw mismatch(file, `${info.size} bytes`, `${bytes}`)
}

function compare({ file, sha256, bytes }: CardFile, found: string, length: number): void {
  if (found !== sha256) throw mismatch(file, `SHA-256 ${found}`, sha256)
  if (length !== bytes) throw mismatch(file, `${length} bytes`, `${bytes}`)
}

function outside(file: string, real: string): AppError {
  return new AppError(
    'bundle_invalid',
    `${file} lies outside the bundle, at ${real}; copy it into the bundle`,
  )
}

function mismatch(file: string, found: string, expected: string): AppError {
  return new AppError(
    'bundle_hash_mismatch',
    `${file} has ${found}, model.json says ${expected}; the file was changed or damaged, copy the bundle again`,
    { file, found, expected },
  )
}
