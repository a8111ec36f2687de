import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { AppError } from '../../shared/errors'
import { writeFailed } from '../files/atomic-write'
import { hasErrno } from '../files/errno'
import { LOCK_FILE } from './location'

const ownerSchema = v.object({ pid: v.number(), host: v.string() })

/**
 * Lets one process at a time write a folder: two would interleave a project's revisions. A lock left by a process that
 * is gone is taken over. `doing` says in an error what the other one does. Returns the release. Throws `write_failed`.
 */
export async function lockFolder(
  folder: string,
  doing = 'editing this data set',
): Promise<() => Promise<void>> {
  const path = join(folder, LOCK_FILE)
  const content = JSON.stringify({ pid: process.pid, host: hostname() })
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(path, content, { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (cause) {
      if (!hasErrno(cause, 'EEXIST')) throw writeFailed(path, cause)
    }
    const owner = await readOwner(path)
    if (owner && isAlive(owner))
      throw new AppError(
        'write_failed',
        `process ${owner.pid} on ${owner.host} is ${doing}; close it there, ` +
          `or delete ${path} if it no longer runs`,
      )
    await rm(path, { force: true })
  }
  throw new AppError('write_failed', `${path} is held by another process that is starting; try again`)
}

async function readOwner(path: string): Promise<v.InferOutput<typeof ownerSchema> | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
    return v.parse(ownerSchema, parsed)
  } catch {
    return null // Removed meanwhile, or torn by a crash: either way nobody holds it.
  }
}

function isAlive({ pid, host }: { pid: number; host: string }): boolean {
  if (host !== hostname()) return true
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasErrno(error, 'EPERM')
  }
}
