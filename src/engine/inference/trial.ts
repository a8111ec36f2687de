import { AppError } from '../../shared/errors'
import type { LoadedModel } from '../../shared/inference-protocol'
import type { Provider, Trial, Verdict } from '../../shared/providers'
import { ChildQueue } from './child-queue'
import { compare, everyTensor, PARITY_TOLERANCE, timedForward, type Runner, type Tensors } from './measure'
import type { SpawnInference } from './spawn'

/** What the CPU gives for the trial's image, and how long one whole forward takes it. */
export interface Reference {
  readonly tensors: Tensors
  readonly seconds: number
}
export interface TrialOptions {
  readonly signal: AbortSignal
  /** How long a provider may take to compile a bundle and run it for the first time. */
  readonly readyWithinMs: number
}

const TIMED_RUNS = 3
/** Codes of the child that end a trial without saying anything of the bundle. */
const OUTCOMES: Readonly<Record<string, Verdict>> = {
  provider_unavailable: 'unavailable',
  inference_crashed: 'crashed',
  inference_failed: 'failed',
  out_of_memory: 'failed',
  device_lost: 'failed',
}

/**
 * Runs a bundle for the first time on a provider: ready in time, the same numbers as the CPU (every logits and attention
 * tensor), and faster over the whole forward. The sessions stay in `runner`'s child. Throws `cancelled`,
 * `bundle_hash_mismatch` and whatever else is not the provider's fault.
 */
export async function tryProvider(
  runner: Runner,
  model: LoadedModel,
  reference: () => Promise<Reference>,
  { signal, readyWithinMs }: TrialOptions,
): Promise<Trial> {
  const { provider } = model
  const ended = (verdict: Verdict, reason: string, measured: Partial<Trial> = {}): Trial => ({
    provider,
    verdict,
    reason,
    relativeError: null,
    seconds: null,
    cpuSeconds: null,
    ...measured,
  })
  const ready = AbortSignal.timeout(readyWithinMs)
  try {
    const tensors = await everyTensor(runner, model, AbortSignal.any([signal, ready]))
    const cpu = await reference()
    const { relativeError, tensor, agrees } = compare(tensors, cpu.tensors)
    if (!agrees)
      return ended(
        'wrong',
        `${provider} gives other numbers than the CPU: ${relativeError.toExponential(1)} in ${tensor}, relative to its largest value (allowed ${PARITY_TOLERANCE})`,
        { relativeError },
      )
    const seconds = await fastest(runner, model, signal, cpu.seconds)
    const measured = { relativeError, seconds, cpuSeconds: cpu.seconds }
    if (seconds < cpu.seconds) return ended('used', '', measured)
    return ended(
      'slower',
      `${provider} needs ${spell(seconds)} for an image, the CPU ${spell(cpu.seconds)}`,
      measured,
    )
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error
    if (ready.aborted && error.code === 'cancelled')
      return ended('late', `${provider} had not run the model once after ${readyWithinMs / 1000} s`)
    const verdict = OUTCOMES[error.code]
    if (!verdict) throw error
    return ended(verdict, error.message)
  }
}

/** The CPU's answer to the trial, from a child of its own: the provider's sessions need not be made twice. */
export async function cpuReference(
  model: LoadedModel,
  spawn: SpawnInference,
  signal: AbortSignal,
): Promise<Reference> {
  const queue = new ChildQueue(spawn)
  const cpu: LoadedModel = { ...model, provider: 'cpu' satisfies Provider }
  try {
    const tensors = await everyTensor(queue, cpu, signal)
    return { tensors, seconds: await fastest(queue, cpu, signal, Infinity) }
  } finally {
    await queue.dispose()
  }
}

/** Least seconds of a few forwards; one far above `limit` is not repeated. */
async function fastest(
  runner: Runner,
  model: LoadedModel,
  signal: AbortSignal,
  limit: number,
): Promise<number> {
  let least = Infinity
  for (let run = 0; run < TIMED_RUNS && !(least < Infinity && least > 2 * limit); run++) {
    const seconds = Object.values(await timedForward(runner, model, run, signal))
    least = Math.min(
      least,
      seconds.reduce((sum, value) => sum + value, 0),
    )
  }
  return least
}

function spell(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(1)} s`
}
