import { randomUUID } from 'node:crypto'
import type { Job, JobRequest } from '../shared/contract'
import { AppError, problemFrom } from '../shared/errors'
import type { Events } from './events'

/** What a running job may report; `done` and `total` count its steps, `report` is what is known so far. */
export type Progress = (done: number, total: number, message: string, report?: unknown) => void

/** How a job that did not throw ended: words for the user, samples that were skipped, an export's report. */
export interface Outcome {
  readonly message: string
  readonly problem: Job['problem']
  readonly report: unknown
}
export type JobWork = (progress: Progress, signal: AbortSignal) => Promise<Outcome>

/** Finished jobs that can still be asked for. */
const KEPT = 50

interface Entry {
  job: Job
  readonly abort: AbortController
  readonly settled: Promise<void>
}

/** Long work with progress and cancel; every change is sent as a `job` event. */
export class Jobs {
  private readonly entries = new Map<string, Entry>()

  constructor(private readonly events: Events) {}

  start(kind: JobRequest['kind'], work: JobWork): Job {
    const abort = new AbortController()
    const id = randomUUID()
    const job: Job = {
      id,
      kind,
      state: 'running',
      done: 0,
      total: 0,
      message: '',
      problem: null,
      report: null,
    }
    const entry: Entry = { job, abort, settled: Promise.resolve().then(() => this.run(entry, work)) }
    this.entries.set(id, entry)
    const finished = [...this.entries.values()].filter((old) => old.job.state !== 'running')
    for (const old of finished.slice(0, -KEPT)) this.entries.delete(old.job.id)
    return job
  }

  /** Throws `not_found`. */
  get(id: string): Job {
    return this.entry(id).job
  }

  /** Asks a job to stop and waits until it has. Throws `not_found`. */
  async cancel(id: string): Promise<Job> {
    const entry = this.entry(id)
    entry.abort.abort()
    await entry.settled
    return entry.job
  }

  async cancelAll(): Promise<void> {
    const running = [...this.entries.values()].filter(({ job }) => job.state === 'running')
    await Promise.all(running.map(({ job }) => this.cancel(job.id)))
  }

  private async run(entry: Entry, work: JobWork): Promise<void> {
    const update = (change: Partial<Job>): void => {
      entry.job = { ...entry.job, ...change }
      this.events.emit({ type: 'job', job: entry.job })
    }
    try {
      const outcome = await work(
        (done, total, message, report) =>
          update({ done, total, message, ...(report !== undefined && { report }) }),
        entry.abort.signal,
      )
      update({ state: 'done', ...outcome })
    } catch (error) {
      const problem = problemFrom(error)
      const state = problem.code === 'cancelled' || entry.abort.signal.aborted ? 'cancelled' : 'failed'
      update({ state, message: problem.message, problem: contractProblem(problem) })
    }
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id)
    if (!entry) throw new AppError('not_found', `there is no job ${JSON.stringify(id)}`)
    return entry
  }
}

/** A problem in the wire's own types (its lists are not read-only). */
export function contractProblem(problem: ReturnType<typeof problemFrom>): NonNullable<Job['problem']> {
  const { code, message, details } = problem
  if (!details) return { code, message }
  const copied = Object.entries(details).map(
    ([key, value]): [string, string | number | boolean | string[]] => [
      key,
      typeof value === 'object' ? [...value] : value,
    ],
  )
  return { code, message, details: Object.fromEntries(copied) }
}
