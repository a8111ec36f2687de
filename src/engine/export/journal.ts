import { appendFile, readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { sampleProblemSchema } from '../../shared/contract'
import { isMissing } from '../files/errno'

const fileSchema = v.object({ file: v.string(), sha256: v.string(), bytes: v.number() })
const correctionSchema = v.object({
  revision: v.number(),
  pixelsChanged: v.number(),
  classPixels: v.nullable(v.record(v.string(), v.number())),
})

/** What became of one unit. */
const writtenSchema = v.object({
  /** The unit's first file. */
  unit: v.string(),
  /** Size and time of everything the unit was made of, taken before it was read. */
  stamp: v.string(),
  /** Empty when the unit was skipped. */
  files: v.array(fileSchema),
  correction: v.nullable(correctionSchema),
  /** Largest difference between the label and the files; 0 = exact. */
  rounding: v.number(),
  lost: v.record(v.string(), v.number()),
  problems: v.array(sampleProblemSchema),
})
export type Written = v.InferOutput<typeof writtenSchema>

/** The first line: which export this is. Another one starts anew. */
const headerSchema = v.object({ export: v.string() })

/**
 * The units a stopped export has finished, by their first file; null when there is none or it was another export. A
 * last line that a crash cut short is left out.
 */
export async function readJournal(path: string, fingerprint: string): Promise<Map<string, Written> | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return ''
    throw error
  })
  const [first, ...lines] = text.split('\n')
  const header = v.safeParse(headerSchema, parsed(first))
  if (!header.success || header.output.export !== fingerprint) return null
  const units = new Map<string, Written>()
  for (const line of lines) {
    const written = v.safeParse(writtenSchema, parsed(line))
    if (written.success) units.set(written.output.unit, written.output)
  }
  return units
}

/** Appends lines in the order they are given; one write at a time, those that wait are joined. */
export class JournalWriter {
  private waiting = ''
  private running: Promise<void> = Promise.resolve()

  constructor(private readonly path: string) {}

  begin(fingerprint: string): void {
    this.add({ export: fingerprint })
  }
  add(line: Written | v.InferOutput<typeof headerSchema>): void {
    const idle = this.waiting === ''
    this.waiting += `${JSON.stringify(line)}\n`
    if (idle) {
      this.running = this.running.then(() => {
        const text = this.waiting
        this.waiting = ''
        return appendFile(this.path, text)
      })
      // Reported by `drained`; until then it must not end the process.
      this.running.catch(() => undefined)
    }
  }
  /** Throws what a write threw. */
  drained(): Promise<void> {
    return this.running
  }
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '')
  } catch {
    return null
  }
}
