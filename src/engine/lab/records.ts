import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as v from 'valibot'
import { makeFolder, writeAtomic } from '../files/atomic-write'

/** Records of another version are measured again. */
const VERSION = 1
const pack = promisify(gzip)
const unpack = promisify(gunzip)

/**
 * What was measured of images, one compressed file each (whose checksum is verified when it is read), by model, settings
 * and photo: a run that was stopped goes on where it was. A damaged file is a missing one.
 */
export class Records<S extends v.GenericSchema> {
  readonly folder: string

  /** `settings` is everything but the photo that the numbers depend on; `kind` names the subfolder of `cacheDir`. */
  constructor(
    cacheDir: string,
    kind: string,
    settings: unknown,
    private readonly schema: S,
  ) {
    const key = createHash('sha256')
      .update(JSON.stringify([VERSION, settings]))
      .digest('hex')
    this.folder = join(cacheDir, kind, key.slice(0, 32))
  }

  /** `photo` is the photo's hash. */
  async get(photo: string): Promise<v.InferOutput<S> | null> {
    try {
      const text = await unpack(await readFile(this.#path(photo)))
      return v.parse(this.schema, JSON.parse(text.toString('utf8')))
    } catch {
      return null // Measuring again mends it.
    }
  }

  /** Throws `write_failed`. */
  async add(photo: string, record: v.InferInput<S>): Promise<void> {
    const path = this.#path(photo)
    await makeFolder(dirname(path))
    await writeAtomic(path, await pack(JSON.stringify(record)))
  }

  #path(photo: string): string {
    return join(this.folder, `${photo}.json.gz`)
  }
}
