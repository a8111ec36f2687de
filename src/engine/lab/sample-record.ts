import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as v from 'valibot'
import { TASK_IDS } from '../../shared/tasks'
import { writeAtomic, writeFailed } from '../files/atomic-write'

const task = v.picklist(TASK_IDS)
const tally = v.record(v.string(), v.array(v.number()))

const recordSchema = v.object({
  effect: v.array(v.nullable(v.number())),
  attention: v.array(v.number()),
  /** Sums of the metrics against the labels: with nothing cut, and with each link cut; null where they were not asked for. */
  labels: v.nullable(
    v.object({
      /** The label files the sums were taken from, by task. */
      stamps: v.record(v.string(), v.string()),
      before: v.array(v.object({ task, tally })),
      /** By link; null where the task it reaches has no label. */
      after: v.array(v.nullable(tally)),
    }),
  ),
})
/** One image's numbers, links in the order of `linksOf`. */
export type SampleRecord = v.InferOutput<typeof recordSchema>

/** Records of another version are measured again. */
const VERSION = 1
const pack = promisify(gzip)
const unpack = promisify(gunzip)

/**
 * Measured images, one compressed file each (whose checksum is verified when it is read), by model, settings and photo:
 * a run that was stopped goes on where it was. A damaged file is a missing one.
 */
export class SampleRecords {
  readonly folder: string

  /** `settings` is everything but the photo that the numbers depend on. */
  constructor(cacheDir: string, settings: unknown) {
    const key = createHash('sha256')
      .update(JSON.stringify([VERSION, settings]))
      .digest('hex')
    this.folder = join(cacheDir, 'influence', key.slice(0, 32))
  }

  async get(photo: string, links: number): Promise<SampleRecord | null> {
    try {
      const text = await unpack(await readFile(this.#path(photo)))
      const record = v.parse(recordSchema, JSON.parse(text.toString('utf8')))
      return record.effect.length === links && record.attention.length === links ? record : null
    } catch {
      return null // Measuring again mends it.
    }
  }

  /** Throws `write_failed`. */
  async add(photo: string, record: SampleRecord): Promise<void> {
    const path = this.#path(photo)
    await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
      throw writeFailed(path, cause)
    })
    await writeAtomic(path, await pack(JSON.stringify(record)))
  }

  #path(photo: string): string {
    return join(this.folder, `${photo}.json.gz`)
  }
}
