import type {
  InferenceJob,
  JobResults,
  KeyedImage,
  LoadedModel,
  StreamedTensor,
} from '../../shared/inference-protocol'
import { plainForward } from '../predictions/plain-forward'
import type { RunOptions } from './child-queue'

/** Largest difference to cpu, relative to a tensor's largest magnitude, that counts as the same answer. */
export const PARITY_TOLERANCE = 1e-3

/** Where the runs happen: a queue of one child. */
export interface Runner {
  run<J extends InferenceJob>(
    model: LoadedModel,
    job: J,
    options?: RunOptions,
  ): Promise<JobResults[J['kind']]>
}
export type Tensors = ReadonlyMap<string, StreamedTensor>

/** Every logits and attention tensor of one forward of seeded noise; it also makes the sessions. */
export async function everyTensor(
  runner: Runner,
  model: LoadedModel,
  signal?: AbortSignal,
): Promise<Tensors> {
  const tensors = new Map<string, StreamedTensor>()
  await runner.run(
    model,
    { ...plainForward(noise(model.card.input), true), stream: { logits: true, attention: true } },
    { signal, onTensor: (tensor) => void tensors.set(tensor.name, tensor) },
  )
  return tensors
}

/** Wall seconds by graph of one plain forward; `run` keeps results kept of an earlier image from standing in for it. */
export async function timedForward(
  runner: Runner,
  model: LoadedModel,
  run: number,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const image = noise(model.card.input)
  const job = plainForward({ ...image, key: `${image.key}-${run}` }, false)
  return (await runner.run(model, job, { signal })).seconds
}

export interface Difference {
  readonly relativeError: number
  readonly tensor: string
  readonly agrees: boolean
}

/** The worst difference of `found` to `expected`; a missing tensor and NaN count as infinite. */
export function compare(found: Tensors, expected: Tensors): Difference {
  let worst = { relativeError: 0, tensor: '' }
  for (const [name, { data }] of expected) {
    const relativeError = largestRelative(found.get(name)?.data, data)
    if (!(relativeError <= worst.relativeError)) worst = { relativeError, tensor: name }
  }
  return { ...worst, agrees: worst.relativeError <= PARITY_TOLERANCE }
}

function largestRelative(found: Float32Array | undefined, expected: Float32Array): number {
  if (found?.length !== expected.length) return Infinity
  let [worst, largest] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!)
    if (Number.isNaN(difference)) return Infinity
    worst = Math.max(worst, difference)
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return worst / (largest || 1)
}

function noise({ width, height }: { width: number; height: number }): KeyedImage {
  let state = 1
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
  return { key: 'noise', width, height, data }
}
