import { existsSync } from 'node:fs'
import { readdir, realpath, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { AppError } from '../../shared/errors'
import { syncFolder } from '../files/atomic-write'
import { isInside } from '../files/safe-path'
import { isMissing } from '../files/errno'

export const REPORT_FILE = 'report.json'
/** Where files are written until all are there: inside a target that exists, else beside it as `.<name>.mq-export`. */
const STAGING = '.mq-export'

/** Where an export goes. */
export interface Target {
  /** Real path; exists only when `inPlace`. */
  readonly out: string
  /**
   * The target is an empty folder that exists. It is filled, not replaced: it may be a mount point, which cannot be
   * renamed over, and its owner and permissions stay.
   */
  readonly inPlace: boolean
  readonly staging: string
}

export const filesIn = ({ staging }: Target): string => join(staging, 'files')
export const fragmentsIn = ({ staging }: Target): string => join(staging, 'fragments')
export const journalIn = ({ staging }: Target): string => join(staging, 'journal.jsonl')
const movingIn = ({ staging }: Target): string => join(staging, 'moving')

/**
 * Checks that `wanted` may be written to: its parent exists, it is missing or empty but for a stopped export, and it
 * lies neither inside nor around any of `sources` (links and mounts seen through). Throws `export_refused`.
 */
export async function checkTarget(sources: readonly string[], wanted: string): Promise<Target> {
  const path = resolve(wanted)
  const parent = await realpath(dirname(path)).catch((cause: unknown) => {
    throw refused(`${dirname(path)} does not exist; create it first`, cause)
  })
  const existing = await realpath(path).catch(() => null)
  const out = existing ?? join(parent, basename(path))
  for (const source of sources)
    if (isInside(source, out) || isInside(out, source) || (await shareFolder(source, out, existing)))
      throw refused(`${out} and the data set ${source} lie inside each other; choose a folder elsewhere`)
  if (existing === null) return { out, inPlace: false, staging: join(parent, `.${basename(out)}${STAGING}`) }
  if (!(await stat(out)).isDirectory()) throw refused(`${out} is a file; choose a new folder`)
  const target = { out, inPlace: true, staging: join(out, STAGING) }
  const others = (await readdir(out)).filter((name) => name !== STAGING)
  if (others.length > 0 && !existsSync(movingIn(target)))
    throw refused(
      `${out} is not empty (it holds ${others.slice(0, 3).join(', ')}); choose a new or empty folder`,
    )
  return target
}

/** True when the last step of an earlier export, moving its files up into a target that exists, was interrupted. */
export function isMoving(target: Target): boolean {
  return existsSync(movingIn(target))
}

/** Takes back what an interrupted `publish` moved up, so that the export can be continued as any other. */
export async function takeBack(target: Target): Promise<void> {
  for (const name of await readdir(target.out))
    if (name !== STAGING) await rename(join(target.out, name), join(filesIn(target), name))
  await rm(movingIn(target))
}

/** Removes staged files that are not `wanted`: an earlier run wrote them, and they are no longer part of the export. */
export async function removeStrays(target: Target, wanted: ReadonlySet<string>): Promise<void> {
  const root = filesIn(target)
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/')
    if (!entry.isDirectory() && !wanted.has(file)) await rm(join(root, file))
  }
}

/** Makes the finished files the target, report last, and removes what is left of the work. */
export async function publish(target: Target): Promise<void> {
  const { out, inPlace, staging } = target
  const files = filesIn(target)
  if (inPlace) {
    await writeFile(movingIn(target), '')
    const names = (await readdir(files)).sort((a, b) => Number(a === REPORT_FILE) - Number(b === REPORT_FILE))
    for (const name of names) await rename(join(files, name), join(out, name))
    await syncFolder(out)
  } else {
    await rename(files, out)
    await syncFolder(dirname(out))
  }
  await rm(staging, { recursive: true, force: true })
}

/** Bytes free for this user where the target lies. */
export async function freeBytes({ out, inPlace }: Target): Promise<number> {
  const { bavail, bsize } = await statfs(inPlace ? out : dirname(out))
  return bavail * bsize
}

/** True when one is the other, or lies in it, under another name: a bind mount, or a file system that ignores case. */
async function shareFolder(source: string, out: string, existing: string | null): Promise<boolean> {
  if ((await identities(out)).includes(await identity(source))) return true
  return existing !== null && (await identities(source)).includes(await identity(out))
}

/** Of a path and everything above it that exists. */
async function identities(path: string): Promise<(string | null)[]> {
  const found: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    const one = await identity(folder)
    if (one !== null) found.push(one)
    if (dirname(folder) === folder) return found
  }
}

/** Null for what does not exist. */
async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError('export_refused', message, undefined, { cause })
}
