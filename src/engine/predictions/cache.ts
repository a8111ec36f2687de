import { createHash } from 'node:crypto'
import { access, open, readdir, rm, stat, utimes, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { attentionSummarySchema } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { decodeFrame, encodeFrame } from '../../shared/frame'
import type { ForwardResult } from '../../shared/inference-protocol'
import { bytesOf, mapFromBytes, type DenseMap } from '../../shared/maps'
import { PROVIDERS } from '../../shared/providers'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { makeFolder, writeAtomic } from '../files/atomic-write'

/** Predictions older than the newest 4 GiB are deleted. */
const LIMIT_BYTES = 4 * 1024 ** 3
/** Enough for every header; longer ones are read in full. */
const HEADER_READ = 64 * 1024
const SUFFIX = '.prediction'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** One file per prediction: a frame of this header and the maps' bytes. Offsets count from the payload's start. */
const headerSchema = v.object({
  schemaVersion: v.literal(1),
  provider: v.picklist(PROVIDERS),
  seconds: v.number(),
  attention: v.nullable(attentionSummarySchema),
  payloadBytes: count,
  maps: v.array(
    v.object({
      task: v.picklist(TASK_IDS),
      kind: v.picklist(['class', 'scalar', 'vector', 'probability']),
      width: count,
      height: count,
      offset: count,
      bytes: count,
      sha256: v.string(),
    }),
  ),
})
export type CachedPrediction = v.InferOutput<typeof headerSchema>

/** Which prediction: the bundle's hash and the SHA-256 of the photo's file. */
export interface CacheKey {
  readonly model: string
  readonly photo: string
}

/** Finished predictions on disk, least recently used first to go. A damaged entry is a missing one. */
export class PredictionCache {
  #bytes: number | null = null

  constructor(
    private readonly folder: string,
    private readonly limit = LIMIT_BYTES,
  ) {}

  /** False when no prediction of this model is kept: then photos need not be hashed to look for one. */
  async hasAny(model: string): Promise<boolean> {
    return access(join(this.folder, 'predictions', model)).then(
      () => true,
      () => false,
    )
  }

  /** The entry's header, or null when there is none or it is damaged. */
  async read(key: CacheKey): Promise<CachedPrediction | null> {
    return this.#with(key, async (_, header) => header)
  }

  /** One map of an entry, checked against its SHA-256; null when there is none. */
  async readMap(key: CacheKey, task: TaskId): Promise<DenseMap | null> {
    return this.#with(key, async (handle, header, payloadStart) => {
      const entry = header.maps.find((map) => map.task === task)
      if (!entry) return null
      const bytes = new Uint8Array(entry.bytes)
      await handle.read(bytes, 0, entry.bytes, payloadStart + entry.offset)
      if (sha256(bytes) !== entry.sha256) throw new AppError('file_malformed', 'a cached map was changed')
      return mapFromBytes(entry.kind, entry.width, entry.height, bytes)
    })
  }

  /** Throws `write_failed` naming the folder. */
  async write(key: CacheKey, result: ForwardResult): Promise<void> {
    let offset = 0
    const maps = result.maps.map(({ task, map }) => {
      const bytes = bytesOf(map)
      const { kind, width, height } = map
      const entry = { task, kind, width, height, offset, bytes: bytes.byteLength, sha256: sha256(bytes) }
      offset += bytes.byteLength
      return entry
    })
    const { provider, attention } = result
    const seconds = totalSeconds(result)
    const header: CachedPrediction = {
      schemaVersion: 1,
      provider,
      seconds,
      attention,
      payloadBytes: offset,
      maps,
    }
    const payload = new Uint8Array(offset)
    result.maps.forEach(({ map }, index) => payload.set(bytesOf(map), maps[index]!.offset))
    const path = this.#path(key)
    await makeFolder(dirname(path))
    const frame = encodeFrame(header, payload)
    await writeAtomic(path, frame)
    await this.#evict(frame.byteLength)
  }

  #path({ model, photo }: CacheKey): string {
    return join(this.folder, 'predictions', model, `${photo}${SUFFIX}`)
  }

  async #with<T>(
    key: CacheKey,
    use: (handle: FileHandle, header: CachedPrediction, payloadStart: number) => Promise<T>,
  ): Promise<T | null> {
    const path = this.#path(key)
    const handle = await open(path).catch(() => null)
    if (!handle) return null
    try {
      const { header, payloadStart } = await readHeader(handle)
      const result = await use(handle, header, payloadStart)
      const now = new Date()
      // Marks the entry as used; a read-only cache still serves.
      await utimes(path, now, now).catch(() => undefined)
      return result
    } catch {
      // Whatever is wrong with the entry, computing it again mends it.
      await rm(path, { force: true }).catch(() => undefined)
      return null
    } finally {
      await handle.close()
    }
  }

  async #evict(added: number): Promise<void> {
    if (this.#bytes !== null && this.#bytes + added <= this.limit) {
      this.#bytes += added
      return
    }
    const root = join(this.folder, 'predictions')
    const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(SUFFIX))
    const entries: { path: string; size: number; used: number }[] = []
    for (const name of names) {
      const path = join(root, name)
      const info = await stat(path).catch(() => null)
      if (info) entries.push({ path, size: info.size, used: info.mtimeMs })
    }
    entries.sort((a, b) => a.used - b.used)
    let total = entries.reduce((sum, { size }) => sum + size, 0)
    // The newest entry stays even when it alone exceeds the limit: it was asked for.
    for (const { path, size } of entries.slice(0, -1)) {
      if (total <= this.limit) break
      await rm(path, { force: true })
      total -= size
    }
    this.#bytes = total
  }
}

/** Wall seconds the model took for a result. */
export function totalSeconds({ seconds }: ForwardResult): number {
  return Object.values(seconds).reduce((sum, value) => sum + value, 0)
}

async function readHeader(handle: FileHandle): Promise<{ header: CachedPrediction; payloadStart: number }> {
  const { size } = await handle.stat()
  const start = new Uint8Array(Math.min(size, HEADER_READ))
  await handle.read(start, 0, start.byteLength, 0)
  const length = start.byteLength < 4 ? 0 : new DataView(start.buffer).getUint32(0, true)
  const payloadStart = 4 + length
  if (payloadStart > size) throw new AppError('file_truncated', 'a cached prediction ends inside its header')
  const bytes = new Uint8Array(payloadStart)
  await handle.read(bytes, 0, payloadStart, 0)
  const header = v.parse(headerSchema, decodeFrame(bytes).header)
  if (payloadStart + header.payloadBytes !== size)
    throw new AppError('file_truncated', `a cached prediction has ${size} bytes`)
  return { header, payloadStart }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
