import { constants } from 'node:fs'
import { access, readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { AppError } from '../../shared/errors'
import { isForbidden } from './errno'

/** Larger label or photo files are refused before they are read. */
const MAX_FILE_BYTES = 1024 ** 3

/** A name that is one file on three systems: no separators, not dots alone, no control characters. */
export function isSafeName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters, NUL above all, are what is looked for
  const unsafe = /[\u0000-\u001f\u007f/\\:*?"<>|]/
  return name.length > 0 && name.length <= 200 && !unsafe.test(name) && !/^\.+$/.test(name)
}

/** A sample id becomes a file name. Where photos lie in folders below, it is a path of such names with forward slashes. */
export function isSafeId(id: string, nested = false): boolean {
  return nested ? id.length <= 1000 && id.split('/').every(isSafeName) : isSafeName(id)
}

/** True when `path` is `root` or lies below it; both absolute and without symbolic links. */
export function isInside(root: string, path: string): boolean {
  const step = relative(root, path)
  return step === '' || (!isAbsolute(step) && step !== '..' && !step.startsWith(`..${sep}`))
}

/**
 * The real path of `name` (relative, forward slashes) below `root`, itself a real path. Symbolic links are followed
 * and must end inside the root. Throws `path_outside_root`, `file_missing` and `file_unreadable`.
 */
export async function resolveInside(root: string, name: string): Promise<string> {
  const wanted = name.includes('\0') ? null : resolve(root, name)
  if (wanted === null || !isInside(root, wanted))
    throw new AppError('path_outside_root', `${JSON.stringify(name)} does not lie inside the data-set folder`)
  const real = await realpath(wanted).catch((cause: unknown) => {
    if (isForbidden(cause)) throw unreadable(name, cause)
    throw new AppError('file_missing', `${name} is missing from the data-set folder`, undefined, { cause })
  })
  if (!isInside(root, real))
    throw new AppError(
      'path_outside_root',
      `${name} is a link to ${real}, outside the data-set folder; replace the link by a copy`,
    )
  return real
}

/**
 * The real path and byte count of a file below `root`, which may then be opened: opening a pipe waits for a writer, for
 * ever. Throws as `resolveInside`, and `file_malformed` for anything but a file.
 */
export async function fileInside(root: string, name: string): Promise<{ path: string; size: number }> {
  const path = await resolveInside(root, name)
  const info = await stat(path)
  if (!info.isFile()) throw notAFile(name)
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw unreadable(name, cause)
  })
  return { path, size: info.size }
}

/** The system does not let this user read the file or a folder on the way to it. */
export function unreadable(name: string, cause: unknown): AppError {
  return new AppError(
    'file_unreadable',
    `${name} may not be read by this user; change its permissions`,
    undefined,
    {
      cause,
    },
  )
}

/** What opens is a folder, a pipe or a device. */
export function notAFile(name: string): AppError {
  return new AppError('file_malformed', `${name} is not a file`)
}

/** Reads a file below `root`. Throws as `fileInside`, and `file_too_large`. */
export async function readInside(root: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { path, size } = await fileInside(root, name)
  if (size > MAX_FILE_BYTES)
    throw new AppError('file_too_large', `${name} has ${size} bytes, the limit is ${MAX_FILE_BYTES}`)
  return ownBytes(await readFile(path))
}

/** A Buffer as plain bytes; small buffers share a pool and are copied. */
export function ownBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  const whole = buffer.buffer
  return whole instanceof ArrayBuffer && whole.byteLength === buffer.byteLength
    ? new Uint8Array(whole)
    : Uint8Array.from(buffer)
}
