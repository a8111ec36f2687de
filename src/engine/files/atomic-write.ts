import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../shared/errors'
import { isMissing } from './errno'

/**
 * Replaces a file so that a crash at any moment leaves the old or the new content: temporary file beside it, fsync,
 * rename, fsync of the folder. Throws `write_failed`; the old file is then untouched.
 */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeFailed(path, cause)
  }
}

/** Creates a folder and those above it. Throws `write_failed`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true }).catch((cause: unknown) => {
      // Node calls a folder missing (ENOENT) that cannot be made in a read-only place; asked for it alone it says why.
      if (isMissing(cause)) return mkdir(path)
      throw cause
    })
  } catch (cause) {
    throw writeFailed(path, cause)
  }
}

/** Makes created, renamed and removed names durable. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export function writeFailed(path: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AppError(
    'write_failed',
    `${path} could not be written (${reason}). Free some space or check the folder's permissions`,
    undefined,
    { cause },
  )
}
