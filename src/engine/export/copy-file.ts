import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../shared/errors'
import { hasErrno, isForbidden } from '../files/errno'
import { fileInside, isInside, notAFile, unreadable } from '../files/safe-path'

/**
 * Copies files in pieces through memory that is used again, without waiting for the event loop: a thread of an export
 * copies thousands of small files, and asking the system asynchronously for each takes longer than the copying.
 */
export class Copier {
  private readonly pieces = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)] as const
  /** Folders of the source that lie inside it, links followed. */
  private readonly inside = new Set<string>()

  /** `root` is a real path. */
  constructor(private readonly root: string) {}

  /**
   * Copies `name`, relative to the root, to `to`, reads the copy back and compares it. Throws as `resolveInside`,
   * `export_mismatch`, and what the system throws for `to`.
   */
  async copy(name: string, to: string): Promise<{ sha256: string; bytes: number }> {
    const from = await this.open(name)
    try {
      return this.through(from, name, to)
    } finally {
      closeSync(from)
    }
  }

  private through(from: number, name: string, to: string): { sha256: string; bytes: number } {
    const [source, copy] = this.pieces
    const hash = createHash('sha256')
    const info = fstatSync(from)
    if (!info.isFile()) throw notAFile(name)
    const { size } = info
    const target = openSync(to, 'w+')
    try {
      for (let at = 0; at < size;) {
        const count = fill(from, source, at)
        if (count === 0) throw new AppError('file_truncated', `${name} became shorter while it was copied`)
        const piece = source.subarray(0, count)
        hash.update(piece)
        for (let done = 0; done < count;) done += writeSync(target, piece, done, count - done, at + done)
        if (fill(target, copy, at, count) !== count || !piece.equals(copy.subarray(0, count)))
          throw new AppError('export_mismatch', `${name} differs from its source after copying`)
        at += count
      }
    } finally {
      closeSync(target)
    }
    return { sha256: hash.digest('hex'), bytes: size }
  }

  /** Opens what lies inside the root, a pipe without waiting for its writer; a link is followed only when it ends there. */
  private async open(name: string): Promise<number> {
    const wanted = join(this.root, name)
    const folder = dirname(wanted)
    if (isInside(this.root, wanted) && this.holds(folder))
      try {
        return openSync(
          wanted,
          constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
        )
      } catch (error) {
        if (isForbidden(error)) throw unreadable(name, error)
        if (!hasErrno(error, 'ELOOP', 'ENOENT', 'EMLINK')) throw error
      }
    return openSync((await fileInside(this.root, name)).path, 'r')
  }

  private holds(folder: string): boolean {
    if (this.inside.has(folder)) return true
    // Without O_NOFOLLOW every file is resolved on its own.
    if (constants.O_NOFOLLOW === undefined || !isInside(this.root, realOf(folder))) return false
    this.inside.add(folder)
    return true
  }
}

const PIECE = 1024 * 1024

function realOf(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return '' // Missing: the error names the file.
  }
}

/** Reads until the buffer or `limit` is full or the file ends. */
function fill(file: number, buffer: Buffer, at: number, limit = buffer.byteLength): number {
  let count = 0
  for (let got = -1; got !== 0 && count < limit; count += got)
    got = readSync(file, buffer, count, limit - count, at + count)
  return count
}
