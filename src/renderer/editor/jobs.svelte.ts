import type { Job, JobRequest } from '../../shared/contract'
import type { Client } from '../api/client'
import type { Notices } from './notices.svelte'
import type { EvaluateWish } from './types'

/** Background work of the engine, newest first. The engine's events keep it current. */
export class JobList {
  #jobs: readonly Job[] = $state.raw([])
  /** What this window asked for, by job. */
  #requests: ReadonlyMap<string, JobRequest> = $state.raw(new Map())
  #dismissed: ReadonlySet<string> = $state.raw(new Set())
  /** Those of another folder or model than the open one. */
  #left: ReadonlySet<string> = $state.raw(new Set())
  /** Those whose results are of the open folder and model. */
  readonly items: readonly Job[] = $derived(this.#jobs.filter(({ id }) => !this.#left.has(id)))
  /** Those whose cards are shown; work for what was open before can still be stopped. */
  readonly cards: readonly Job[] = $derived(
    this.#jobs.filter(
      ({ id, state }) => !this.#dismissed.has(id) && (state === 'running' || !this.#left.has(id)),
    ),
  )

  constructor(
    private readonly client: Client,
    private readonly notices: Notices,
  ) {}

  /** Starts a job; null when it was refused (a notice says why). */
  async start(request: JobRequest): Promise<Job | null> {
    try {
      const job = await this.client.startJob(request)
      this.#requests = new Map([...this.#requests, [job.id, request]])
      // Its first event may have arrived before this answer.
      if (!this.#jobs.some(({ id }) => id === job.id)) this.update(job)
      return job
    } catch (error) {
      this.notices.report(error)
      return null
    }
  }

  /** What a job was asked for; undefined for one that another window started. */
  requestOf(id: string): JobRequest | undefined {
    return this.#requests.get(id)
  }
  /** The newest job that this window started with just this request. */
  asked(request: JobRequest | null): Job | null {
    const wanted = JSON.stringify(request)
    return this.items.find(({ id }) => JSON.stringify(this.#requests.get(id)) === wanted) ?? null
  }

  predictAll(): Promise<Job | null> {
    return this.start({ kind: 'predict', ids: null })
  }
  /** Measures predictions on a split; the report arrives as the job's. */
  evaluate(wish: EvaluateWish): Promise<Job | null> {
    return this.start({ kind: 'evaluate', ...wish })
  }

  async cancel(id: string): Promise<void> {
    try {
      await this.client.cancelJob(id)
    } catch (error) {
      this.notices.report(error)
    }
  }

  /** Takes a job's card away; views of its report keep it. */
  dismiss(id: string): void {
    this.#dismissed = new Set([...this.#dismissed, id])
  }

  /** Another folder or model is open: what jobs of these kinds find, now or later, is not of it. */
  leave(kinds: readonly Job['kind'][]): void {
    const left = this.#jobs.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id)
    this.#left = new Set([...this.#left, ...left])
  }

  update(job: Job): void {
    this.#jobs = this.#jobs.some(({ id }) => id === job.id)
      ? this.#jobs.map((item) => (item.id === job.id ? job : item))
      : [job, ...this.#jobs]
  }

  /** Reads jobs again after events may have been missed. */
  async refresh(): Promise<void> {
    for (const { id } of this.#jobs.filter((job) => job.state === 'running')) {
      try {
        this.update(await this.client.job(id))
      } catch {
        // The engine was restarted and no longer knows the job; there is nothing left to follow.
        this.#jobs = this.#jobs.filter((job) => job.id !== id)
      }
    }
  }
}
