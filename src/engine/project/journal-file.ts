import { copyFile, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder, writeFailed } from '../files/atomic-write'
import { parseJournal, type Journal } from './journal'
import { isMissing } from '../files/errno'

/** Null when there is no journal. */
export async function readJournal(path: string): Promise<Journal | null> {
  try {
    return parseJournal(await readFile(path))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Appends to a journal that is known up to `length`; what a crash left after that is cut off first. */
export class JournalFile {
  constructor(
    readonly path: string,
    private length: number,
    private damaged: boolean,
  ) {}

  get bytes(): number {
    return this.length
  }

  /** Returns when the record is on disk. Throws `write_failed`; the journal then ends where it ended before. */
  async append(records: string): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true })
      if (this.damaged) await copyFile(this.path, `${this.path}.damaged-${Date.now()}`)
      this.damaged = false
      const handle = await open(this.path, this.length === 0 ? 'w' : 'r+')
      try {
        await handle.truncate(this.length)
        const buffer = Buffer.from(records)
        await writeFully(handle, buffer, this.length)
        await handle.sync()
        if (this.length === 0) await syncFolder(dirname(this.path))
        this.length += buffer.byteLength
      } catch (error) {
        // A half-written record would damage the next one. If this fails as well, the next append cuts it off.
        await handle.truncate(this.length).catch(() => undefined)
        throw error
      } finally {
        await handle.close()
      }
    } catch (cause) {
      throw writeFailed(this.path, cause)
    }
  }

  /** Called after the file was replaced by `records` or removed (0). */
  restart(length: number): void {
    this.length = length
    this.damaged = false
  }
}

async function writeFully(
  handle: { write(b: Buffer, o: number, l: number, p: number): Promise<{ bytesWritten: number }> },
  buffer: Buffer,
  position: number,
): Promise<void> {
  for (let done = 0; done < buffer.byteLength;) {
    const { bytesWritten } = await handle.write(buffer, done, buffer.byteLength - done, position + done)
    done += bytesWritten
  }
}
