import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Dataset } from '../dataset/dataset'

/** SHA-256 of photo files, remembered while a file keeps its size and time. */
export class PhotoHashes {
  readonly #known = new Map<string, { size: number; mtimeMs: number; hash: string }>()

  /** Throws as `Dataset.photoPath`. */
  async of(dataset: Dataset, id: string): Promise<string> {
    const path = await dataset.photoPath(id)
    const { size, mtimeMs } = await stat(path)
    const known = this.#known.get(path)
    if (known?.size === size && known.mtimeMs === mtimeMs) return known.hash
    const digest = createHash('sha256')
    await pipeline(createReadStream(path), digest)
    const hash = digest.digest('hex')
    this.#known.set(path, { size, mtimeMs, hash })
    return hash
  }
}
