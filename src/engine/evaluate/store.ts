import { createHash } from 'node:crypto'
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { Tally } from '../../shared/metrics/metric'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { writeFailed } from '../files/atomic-write'

const entrySchema = v.object({
  id: v.string(),
  task: v.picklist(TASK_IDS),
  stamp: v.string(),
  tally: v.record(v.string(), v.array(v.number())),
})

/** Where a line lies in the file, and what it was measured from. */
interface Line {
  readonly stamp: string
  readonly at: number
  readonly length: number
}

/** Bytes read at a time. */
const CHUNK = 1 << 20
/** Rewritten when fewer than this part of its lines is of use. */
const COMPACT_BELOW = 0.5

/**
 * What was measured before, one JSON line per sample and task in a file that only grows, so that a killed run loses at
 * most the line it was writing. A line counts while its stamp does; a damaged one is measured again. Memory holds where
 * the lines are, not the lines.
 */
export class TallyStore {
  private constructor(
    readonly path: string,
    private handle: FileHandle,
    private readonly known: Map<string, Line>,
    private size: number,
  ) {}

  /** `key` says what is measured against what: another data set or definition is another file. Throws `write_failed`. */
  static async open(folder: string, key: unknown): Promise<TallyStore> {
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32)
    const path = join(folder, 'evaluations', `${name}.jsonl`)
    try {
      await mkdir(dirname(path), { recursive: true })
      const handle = await open(path, 'a+')
      const known = new Map<string, Line>()
      let [lines, size] = [0, 0]
      for await (const { bytes, at } of linesOf(handle)) {
        const entry = parseLine(bytes)
        lines++
        size = at + bytes.length + 1
        if (entry) known.set(keyOf(entry.id, entry.task), { stamp: entry.stamp, at, length: bytes.length })
      }
      // A line that was cut off would swallow the next one.
      if ((await handle.stat()).size > size) await handle.truncate(size)
      const store = new TallyStore(path, handle, known, size)
      if (known.size < lines * COMPACT_BELOW) await store.#compact()
      return store
    } catch (cause) {
      throw writeFailed(path, cause)
    }
  }

  /** The sums of a sample's task when they were measured from the same files. */
  async get(id: string, task: TaskId, stamp: string): Promise<Tally | null> {
    const line = this.known.get(keyOf(id, task))
    return line?.stamp === stamp ? (parseLine(await this.#read(line))?.tally ?? null) : null
  }

  /** Throws `write_failed`. */
  async add(id: string, task: TaskId, stamp: string, tally: Tally): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify({ id, task, stamp, tally })}\n`)
    this.known.set(keyOf(id, task), { stamp, at: this.size, length: bytes.length - 1 })
    this.size += bytes.length
    await this.handle.appendFile(bytes).catch((cause: unknown) => {
      throw writeFailed(this.path, cause)
    })
  }

  async close(): Promise<void> {
    await this.handle.close()
  }

  async #read({ at, length }: Line): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    await this.handle.read(bytes, 0, length, at)
    return bytes
  }

  async #compact(): Promise<void> {
    const path = `${this.path}.tmp`
    const fresh = await open(path, 'w+')
    let at = 0
    for (const [key, line] of this.known) {
      await fresh.appendFile(await this.#read(line))
      await fresh.appendFile('\n')
      this.known.set(key, { ...line, at })
      at += line.length + 1
    }
    await fresh.close()
    await rename(path, this.path)
    await this.handle.close()
    this.handle = await open(this.path, 'a+')
    this.size = at
  }
}

/** Whole lines of a file and where they begin; what follows the last line break is left out. */
async function* linesOf(handle: FileHandle): AsyncGenerator<{ bytes: Uint8Array; at: number }> {
  let rest = Buffer.alloc(0)
  let at = 0
  for (let position = 0; ;) {
    const chunk = Buffer.alloc(CHUNK)
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, position)
    if (bytesRead === 0) return
    position += bytesRead
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
    let start = 0
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
      yield { bytes: rest.subarray(start, end), at }
      at += end + 1 - start
      start = end + 1
    }
    rest = rest.subarray(start)
  }
}

function keyOf(id: string, task: TaskId): string {
  return `${task}/${id}`
}

function parseLine(bytes: Uint8Array): v.InferOutput<typeof entrySchema> | null {
  try {
    const parsed = v.safeParse(entrySchema, JSON.parse(new TextDecoder().decode(bytes)))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
