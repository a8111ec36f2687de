import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { MAX_COMMENT, REVIEW_STATES, type Review } from '../../shared/review'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { isMissing } from '../files/errno'
import { writeAtomic } from '../files/atomic-write'
import { readRecord, record } from './journal'
import { JournalFile } from './journal-file'

const FILE = 'reviews.jsonl'
/** The file is written anew when it has this many times more lines than reviews (and at least this many lines). */
const COMPACT = { ratio: 4, lines: 200 }

const lineSchema = v.object({
  sample: v.string(),
  task: v.picklist(TASK_IDS),
  state: v.picklist(REVIEW_STATES),
  comment: v.pipe(v.string(), v.maxLength(MAX_COMMENT)),
  /** ISO 8601. */
  time: v.string(),
})
type Line = v.InferOutput<typeof lineSchema>

/**
 * What people decided about each label, in `reviews.jsonl` below the project: one checksummed line a decision, the last
 * one of a sample and task counts. Calls of `set` must not overlap.
 */
export class Reviews {
  private constructor(
    private readonly file: JournalFile,
    private readonly lines: Map<string, Line>,
    private written: number,
  ) {}

  /** Reads every decision; a line that a crash cut off is dropped by the next write. */
  static async open(project: string): Promise<Reviews> {
    const path = join(project, FILE)
    const { lines, validBytes, count } = parse(await readOrEmpty(path))
    return new Reviews(new JournalFile(path, validBytes, false), lines, count)
  }

  /** Decisions by task of a sample; tasks nobody decided on are absent. */
  of(sample: string): Partial<Record<TaskId, Review>> {
    const reviews: Partial<Record<TaskId, Review>> = {}
    for (const task of TASK_IDS) {
      const line = this.lines.get(keyOf(sample, task))
      if (line) reviews[task] = { state: line.state, comment: line.comment, time: line.time }
    }
    return reviews
  }

  /** Durable when this returns. Throws `write_failed`; nothing has changed then. */
  async set(sample: string, task: TaskId, review: Pick<Review, 'state' | 'comment'>): Promise<Review> {
    const line: Line = { sample, task, ...review, time: new Date().toISOString() }
    await this.file.append(record(line))
    this.lines.set(keyOf(sample, task), line)
    this.written++
    if (this.written > Math.max(COMPACT.lines, this.lines.size * COMPACT.ratio)) await this.compact()
    return { state: line.state, comment: line.comment, time: line.time }
  }

  private async compact(): Promise<void> {
    const text = [...this.lines.values()].map(record).join('')
    await writeAtomic(this.file.path, text)
    this.file.restart(Buffer.byteLength(text))
    this.written = this.lines.size
  }
}

function parse(bytes: Uint8Array): { lines: Map<string, Line>; validBytes: number; count: number } {
  const lines = new Map<string, Line>()
  let at = 0
  for (let count = 0; ; count++) {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) return { lines, validBytes: at, count }
    try {
      const line = v.parse(lineSchema, readRecord(bytes.subarray(at, end)))
      lines.set(keyOf(line.sample, line.task), line)
    } catch {
      // A decision that cannot be read is lost; those after it are not.
    }
    at = end + 1
  }
}

async function readOrEmpty(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return new Uint8Array()
    throw error
  }
}

function keyOf(sample: string, task: TaskId): string {
  return `${task}/${sample}`
}
