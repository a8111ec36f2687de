import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../shared/errors'
import { thumbnailOf } from './codecs/photo'
import { ownBytes } from './files/safe-path'

const WIDTH = 192
/** Decoders at work at a time; more would only keep others waiting. */
const AT_ONCE = 2
/** About 1 GB; the folders looked at longest ago are removed when it is exceeded. */
const MOST_KEPT = 200_000
/** Thumbnails lie in this many folders, of which whole ones are removed. */
const FOLDERS = 256

/** WebP thumbnails, made when first asked for and kept in the user's cache folder under the photo's path, size and time. */
export class Thumbnails {
  readonly #waiting: (() => void)[] = []
  #running = 0
  #written = 0

  constructor(private readonly cache: string) {}

  /** `tag` changes with the file. Aborting takes a thumbnail that is not begun out of the queue. Throws as `thumbnailOf`, `cancelled`. */
  async read(path: string, what: string, tag: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const name = createHash('sha256').update(tag).digest('hex')
    const folder = join(this.cache, 'thumbnails', name.slice(0, 2))
    const file = join(folder, `${name.slice(2, 34)}.webp`)
    const kept = await readFile(file).catch(() => null)
    if (kept && isWhole(kept)) return ownBytes(kept)
    const bytes = await this.#inTurn(signal, () => thumbnailOf(path, what, WIDTH))
    // A cache that cannot be written only costs time.
    await this.#keep(folder, file, bytes).catch(() => undefined)
    return bytes
  }

  async #keep(folder: string, file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(folder, { recursive: true })
    // Not flushed, which would take longer than making it: one that a crash left incomplete is made again.
    const temporary = `${file}.${process.pid}.tmp`
    await writeFile(temporary, bytes)
    await rename(temporary, file)
    if (++this.#written % 1000 === 0) await this.#evict()
  }

  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running++
    try {
      if (signal.aborted) throw new AppError('cancelled', 'the thumbnail is no longer wanted')
      return await work()
    } finally {
      this.#running--
      // The newest first: it is what is looked at now.
      this.#waiting.pop()?.()
    }
  }

  /** Names are spread evenly, so one folder tells how many there are. */
  async #evict(): Promise<void> {
    const root = join(this.cache, 'thumbnails')
    const folders = await readdir(root)
    const sample = await readdir(join(root, folders[0] ?? ''))
    if (sample.length * FOLDERS < MOST_KEPT) return
    const times = await Promise.all(
      folders.map(async (name) => ({ name, time: (await stat(join(root, name))).mtimeMs })),
    )
    times.sort((a, b) => a.time - b.time)
    for (const { name } of times.slice(0, FOLDERS / 8))
      await rm(join(root, name), { recursive: true, force: true })
  }
}

/** A WebP file states its length after `RIFF`. */
function isWhole(file: Buffer): boolean {
  return file.byteLength > 12 && file.readUInt32LE(4) + 8 === file.byteLength
}
