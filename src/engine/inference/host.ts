import { AppError, type ErrorCode } from '../../shared/errors'
import type { InferenceJob, JobResults, ModelRef } from '../../shared/inference-protocol'
import type { ProviderReport } from '../../shared/providers'
import { ChildQueue, type RunOptions } from './child-queue'
import { ProviderTrials, type TrialsOptions } from './provider-trials'
import { forkInference } from './spawn'

/** What may be a provider's fault: under `auto` the job is run again on the next one. */
const PROVIDER_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'provider_unavailable',
  'inference_failed',
  'inference_crashed',
  'out_of_memory',
  'device_lost',
])

/**
 * Runs jobs in the inference child. Under `auto` the first job of a bundle waits for the providers' trials, and a
 * provider that fails later gives way to the next one; the CPU is the last.
 */
export class InferenceHost {
  readonly #queue: ChildQueue
  readonly #trials: ProviderTrials

  readonly #onJob: () => void
  #jobs = 0

  /** `onJob` is called when a job is asked for, before anything else happens. */
  constructor(options: Partial<TrialsOptions> & { readonly onJob?: () => void } = {}) {
    const spawn = options.spawn ?? forkInference
    this.#onJob = options.onJob ?? (() => undefined)
    this.#queue = new ChildQueue(spawn)
    this.#trials = new ProviderTrials(this.#queue, { memory: null, ...options, spawn })
  }

  /** True while a job runs or waits. */
  get busy(): boolean {
    return this.#jobs > 0
  }

  /** Process id of the child that is alive, for diagnostics. */
  get pid(): number | null {
    return this.#queue.pid
  }

  /**
   * Runs one job. Throws `cancelled`, `inference_crashed` (with the signal or exit code and the end of stderr),
   * `bundle_invalid`, `bundle_hash_mismatch`, `provider_unavailable`, `out_of_memory`, `device_lost`, `inference_failed`.
   */
  async run<J extends InferenceJob>(
    model: ModelRef,
    job: J,
    options: RunOptions = {},
  ): Promise<JobResults[J['kind']]> {
    this.#onJob()
    this.#jobs++
    try {
      return await (model.provider === 'auto'
        ? this.#runAuto(model, job, options)
        : this.#queue.run({ ...model, provider: model.provider }, job, options))
    } finally {
      this.#jobs--
    }
  }

  async #runAuto<J extends InferenceJob>(
    model: ModelRef,
    job: J,
    options: RunOptions,
  ): Promise<JobResults[J['kind']]> {
    for (;;) {
      const provider = await this.#trials.choose(model, options.signal)
      try {
        return await this.#queue.run({ ...model, provider }, job, options)
      } catch (error) {
        if (provider === 'cpu' || !(error instanceof AppError) || !PROVIDER_FAULTS.has(error.code))
          throw error
        this.#trials.drop(model.hash, provider, error.message)
        this.#queue.restart()
      }
    }
  }

  /** Which provider runs the model, and what became of the others. */
  report(model: ModelRef): ProviderReport {
    return this.#trials.report(model)
  }

  /** Makes the next job under `auto` try every provider again. Throws `write_failed`. */
  forget(model: ModelRef): Promise<void> {
    return this.#trials.forget(model.hash)
  }

  /** Cancels everything and resolves when no child is left. */
  async dispose(): Promise<void> {
    await Promise.all([this.#trials.dispose(), this.#queue.dispose()])
  }
}
