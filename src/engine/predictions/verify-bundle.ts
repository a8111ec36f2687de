import { graphsOf } from '../../shared/card-graphs'
import { AppError } from '../../shared/errors'
import { PROVIDERS, type Provider } from '../../shared/providers'
import { ChildQueue } from '../inference/child-queue'
import { compare, everyTensor, timedForward, type Difference, type Tensors } from '../inference/measure'
import { forkInference } from '../inference/spawn'
import type { Bundle } from './bundle'

/** Largest distance of a row of attention from one. */
const ROW_TOLERANCE = 1e-3
const TIMED_RUNS = 5

export interface ProviderCheck {
  readonly provider: Provider
  readonly available: boolean
  /** Why it is not available; null when it is. */
  readonly reason: string | null
  /** Worst relative difference to cpu over logits and attention, and the tensor it is in; null for cpu itself. */
  readonly parity: Difference | null
  /** Median wall seconds by graph over five runs; null when not available. */
  readonly seconds: Readonly<Record<string, number>> | null
}

export interface BundleReport {
  readonly bundle: string
  readonly name: string
  readonly variant: string
  readonly hash: string
  readonly graphs: readonly { name: string; file: string; bytes: number; opset: number }[]
  /** Rows of attention over all tensors, and how far the worst lies from one, with no links cut. */
  readonly attention: { readonly rows: number; readonly worst: number }
  readonly providers: readonly ProviderCheck[]
}

interface Outcome {
  readonly tensors: Tensors
  readonly seconds: Readonly<Record<string, number>>
}

/**
 * Runs an opened bundle on seeded noise: every graph against its card, attention rows, timing, and every provider of
 * this machine against cpu. Throws `bundle_invalid` when the graphs differ from the card or attention is no distribution.
 */
export async function verifyBundle(bundle: Bundle, progress: (step: string) => void): Promise<BundleReport> {
  progress('cpu')
  const reference = await measure(bundle, 'cpu')
  const attention = checkRows(reference.tensors)
  const providers: ProviderCheck[] = [
    { provider: 'cpu', available: true, reason: null, parity: null, seconds: reference.seconds },
  ]
  for (const provider of PROVIDERS) {
    if (provider === 'cpu') continue
    progress(provider)
    try {
      const { tensors, seconds } = await measure(bundle, provider)
      const parity = compare(tensors, reference.tensors)
      providers.push({ provider, available: true, reason: null, parity, seconds })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      providers.push({ provider, available: false, reason: error.message, parity: null, seconds: null })
    }
  }
  const { directory, hash, card } = bundle
  const graphs = [...graphsOf(card)].map(([name, { file, bytes, opset }]) => ({ name, file, bytes, opset }))
  return { bundle: directory, name: card.name, variant: card.variant, hash, graphs, attention, providers }
}

/** A provider has its own child, so that one that crashes takes nothing with it. */
async function measure(bundle: Bundle, provider: Provider): Promise<Outcome> {
  const queue = new ChildQueue(forkInference)
  try {
    const model = { ...bundle, provider }
    // This first run also creates the sessions, so it is not timed.
    const tensors = await everyTensor(queue, model)
    const runs: Outcome['seconds'][] = []
    for (let run = 0; run < TIMED_RUNS; run++) runs.push(await timedForward(queue, model, run))
    const names = Object.keys(runs[0] ?? {})
    const seconds = names.map((name) => [name, median(runs.map((run) => run[name] ?? NaN))] as const)
    return { tensors, seconds: Object.fromEntries(seconds) }
  } finally {
    await queue.dispose()
  }
}

/** The encoder's attention is a distribution over (height, width), every other over its last axis. */
export function checkRows(tensors: Tensors): { rows: number; worst: number } {
  let [rows, worst] = [0, 0]
  for (const { name, role, shape, data } of tensors.values()) {
    if (!role.endsWith('_attention')) continue
    const length = shape
      .slice(role === 'encoder_attention' ? -2 : -1)
      .reduce((product, size) => product * size, 1)
    for (let start = 0; start < data.length; start += length, rows++) {
      let sum = 0
      for (let i = start; i < start + length; i++) sum += data[i]!
      const distance = Math.abs(sum - 1)
      if (!(distance <= ROW_TOLERANCE))
        throw new AppError(
          'bundle_invalid',
          `a row of "${name}" sums to ${sum}, not to one; export the bundle again with attention after its softmax`,
        )
      worst = Math.max(worst, distance)
    }
  }
  return { rows, worst }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
