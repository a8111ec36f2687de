import type { LoadedModel, ModelRef } from '../../shared/inference-protocol'
import type { Provider, ProviderReport, Trial } from '../../shared/providers'
import { cancelled, type ChildQueue } from './child-queue'
import { candidates } from './providers'
import type { SpawnInference } from './spawn'
import type { TrialMemory } from './trial-memory'
import { cpuReference, tryProvider, type Reference } from './trial'

export interface TrialsOptions {
  readonly spawn: SpawnInference
  readonly memory: TrialMemory | null
  readonly platform?: NodeJS.Platform
  readonly readyWithinMs?: number
}

/** A graphics driver compiles shaders for seconds; TensorRT builds engines for minutes, at every start. */
const READY_WITHIN_MS = 60_000

interface Choosing {
  readonly promise: Promise<Provider>
  readonly stop: AbortController
  waiting: number
}

/** What `auto` runs each bundle on: the first provider whose trial went well, by bundle hash. */
export class ProviderTrials {
  readonly #options: TrialsOptions
  readonly #known = new Map<string, Map<Provider, Trial>>()
  readonly #choosing = new Map<string, Choosing>()

  constructor(
    private readonly queue: ChildQueue,
    options: TrialsOptions,
  ) {
    this.#options = options
  }

  /** Tries what is not known yet; callers share one trial, which stops when none of them waits. Throws `cancelled`. */
  async choose(model: ModelRef, signal: AbortSignal | undefined): Promise<Provider> {
    const choosing = this.#choosing.get(model.hash) ?? this.#begin(model)
    choosing.waiting++
    try {
      return await orAborted(choosing.promise, signal)
    } finally {
      if (--choosing.waiting === 0) this.#end(model.hash, choosing)
    }
  }

  /** A provider that failed while it was in use is not used again by this process. */
  drop(hash: string, provider: Provider, reason: string): void {
    const before = this.#trials(hash).get(provider)
    const measured = before ?? { relativeError: null, seconds: null, cpuSeconds: null }
    this.#trials(hash).set(provider, { ...measured, provider, verdict: 'failed', reason })
  }

  /** Everything is tried again, also at the next start. Throws `write_failed`. */
  async forget(hash: string): Promise<void> {
    this.#known.delete(hash)
    await this.#options.memory?.forget(hash)
  }

  report({ hash, provider: choice }: ModelRef): ProviderReport {
    const order = candidates(choice, this.#options.platform)
    const known = this.#known.get(hash)
    const trials = order.flatMap((provider) => known?.get(provider) ?? [])
    const used = order.find((provider) => provider === 'cpu' || known?.get(provider)?.verdict === 'used')
    // Before the first run nothing is known; then every provider before the one in use was tried.
    const decided = used !== undefined && trials.length >= order.indexOf(used)
    const memory = this.#options.memory?.path ?? null
    if (choice !== 'auto') return { choice, provider: choice, trials: [], memory }
    return { choice, provider: decided ? used : null, trials, memory }
  }

  /** Resolves when no child of a trial is left. */
  async dispose(): Promise<void> {
    const pending = [...this.#choosing]
    for (const [hash, choosing] of pending) this.#end(hash, choosing)
    await Promise.allSettled(pending.map(([, { promise }]) => promise))
  }

  #begin(model: ModelRef): Choosing {
    const stop = new AbortController()
    const choosing = { promise: this.#choose(model, stop.signal), stop, waiting: 0 }
    this.#choosing.set(model.hash, choosing)
    return choosing
  }

  /** At once, so that the next caller does not wait for a trial that is being stopped. */
  #end(hash: string, choosing: Choosing): void {
    choosing.stop.abort()
    if (this.#choosing.get(hash) === choosing) this.#choosing.delete(hash)
  }

  async #choose(model: ModelRef, signal: AbortSignal): Promise<Provider> {
    const { memory, platform, spawn, readyWithinMs = READY_WITHIN_MS } = this.#options
    const trials = this.#trials(model.hash)
    if (trials.size === 0 && memory)
      for (const trial of await memory.recall(model.hash)) trials.set(trial.provider, trial)
    let reference: Promise<Reference> | null = null
    for (const provider of candidates('auto', platform)) {
      if (provider === 'cpu') return provider
      const loaded: LoadedModel = { ...model, provider }
      const cpu = (): Promise<Reference> => (reference ??= cpuReference(loaded, spawn, signal))
      let trial = trials.get(provider)
      if (!trial) {
        trial = await tryProvider(this.queue, loaded, cpu, { signal, readyWithinMs })
        // One that was given up may still hold its device's memory.
        if (trial.verdict !== 'used' && trial.verdict !== 'unavailable') this.queue.restart()
        trials.set(provider, trial)
        await memory?.keep(model.hash, trial)
      }
      if (trial.verdict === 'used') return provider
    }
    return 'cpu'
  }

  #trials(hash: string): Map<Provider, Trial> {
    const known = this.#known.get(hash) ?? new Map<Provider, Trial>()
    this.#known.set(hash, known)
    return known
  }
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled())
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
