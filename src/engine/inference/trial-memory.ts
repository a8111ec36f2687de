import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { trialSchema, type Trial, type Verdict } from '../../shared/providers'
import { writeAtomic } from '../files/atomic-write'
import { machineFingerprint } from './machine'

/** What was measured, or ended the process, is not tried again; what was only missing may be there next time. */
const KEPT: ReadonlySet<Verdict> = new Set(['used', 'wrong', 'slower', 'late', 'crashed'])
/** The newest trials that are kept. */
const LIMIT = 200

const fileSchema = v.object({
  schemaVersion: v.literal(1),
  trials: v.array(v.object({ bundle: v.string(), machine: v.string(), trial: trialSchema })),
})
type Entry = v.InferOutput<typeof fileSchema>['trials'][number]

/**
 * Trials of earlier starts, in `providers.json` of the cache folder, by bundle hash, provider and machine (hardware,
 * drivers, runtime). Deleting the file, `forget` or another driver makes `auto` try again. A damaged file is an empty one.
 */
export class TrialMemory {
  readonly path: string
  readonly #machine: () => Promise<string>

  constructor(cacheDir: string, machine: () => Promise<string> = machineFingerprint) {
    this.path = join(cacheDir, 'providers.json')
    this.#machine = machine
  }

  async recall(bundle: string): Promise<Trial[]> {
    const machine = await this.#machine()
    return (await this.#read())
      .filter((entry) => entry.bundle === bundle && entry.machine === machine)
      .map(({ trial }) => trial)
  }

  /** A memory that cannot be written is none: the trial is only made again. */
  async keep(bundle: string, trial: Trial): Promise<void> {
    if (!KEPT.has(trial.verdict)) return
    const machine = await this.#machine()
    const others = (await this.#read()).filter(
      (entry) =>
        entry.bundle !== bundle || entry.machine !== machine || entry.trial.provider !== trial.provider,
    )
    await this.#write([...others, { bundle, machine, trial }].slice(-LIMIT)).catch(() => undefined)
  }

  /** Forgets a bundle's trials on any machine. Throws `write_failed`. */
  async forget(bundle: string): Promise<void> {
    const entries = await this.#read()
    const left = entries.filter((entry) => entry.bundle !== bundle)
    if (left.length < entries.length) await this.#write(left)
  }

  async #read(): Promise<Entry[]> {
    try {
      return v.parse(fileSchema, JSON.parse(await readFile(this.path, 'utf8'))).trials
    } catch {
      return []
    }
  }

  async #write(trials: Entry[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true })
    await writeAtomic(this.path, `${JSON.stringify({ schemaVersion: 1, trials }, null, 1)}\n`)
  }
}
