import { constants } from 'node:fs'
import { copyFile, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import { makeFolder, writeAtomic, writeFailed } from '../files/atomic-write'
import { isInside } from '../files/safe-path'

/** The file that tells a folder of predictions from any other. */
export const PREDICT_REPORT = 'predictions.json'

/**
 * Creates the folder predictions are written to and returns its real path. Throws `export_refused` when it lies inside
 * the data set, is a file, or holds files that `predict` did not write: labels are never overwritten by predictions.
 */
export async function prepareTarget(root: string, target: string): Promise<string> {
  const out = await realTarget(resolve(target))
  if (isInside(root, out))
    throw new AppError('export_refused', `${out} lies inside the data set ${root}; choose a folder elsewhere`)
  const existing = await stat(out).catch(() => null)
  if (existing && !existing.isDirectory())
    throw new AppError('export_refused', `${out} is a file; choose a new or empty folder`)
  await makeFolder(out)
  const names = await readdir(out)
  if (names.length > 0 && !names.includes(PREDICT_REPORT))
    throw new AppError(
      'export_refused',
      `${out} is not empty and was not written by predict; choose a new or empty folder`,
    )
  return out
}

/** The path with links resolved in the part that exists. */
async function realTarget(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null)
  if (real !== null || dirname(path) === path) return real ?? path
  return join(await realTarget(dirname(path)), basename(path))
}

/** Writes a file atomically, with the folders above it. Throws `write_failed`. */
export async function writeInto(path: string, content: Uint8Array | string): Promise<void> {
  await makeParent(path)
  await writeAtomic(path, content)
}

/** Copies a file (shares its blocks where the file system can). Throws `write_failed`. */
export async function copyInto(from: string, to: string): Promise<void> {
  await makeParent(to)
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((cause: unknown) => {
    throw writeFailed(to, cause)
  })
}

async function makeParent(path: string): Promise<void> {
  await makeFolder(dirname(path))
}
