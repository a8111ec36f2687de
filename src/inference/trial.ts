import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { CardGraph } from '../shared/card'

/** Largest difference to cpu that `auto` accepts, relative to the output's largest magnitude. */
const TOLERANCE = 1e-3

/** Runs a graph once on seeded noise with `session` and on the cpu; throws with the figures when they disagree. */
export async function agreesWithCpu(
  graph: CardGraph,
  file: string,
  session: Pick<InferenceSession, 'run'>,
): Promise<void> {
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [name, new Tensor('float32', noise(shape), shape)]),
  )
  const cpu = await InferenceSession.create(file, { executionProviders: ['cpu'], logSeverityLevel: 3 })
  try {
    const expected = await cpu.run(feeds)
    const found = await session.run(feeds)
    for (const { name } of graph.outputs) {
      const error = relativeError(floats(found[name]), floats(expected[name]))
      if (!(error <= TOLERANCE))
        throw new Error(
          `${graph.file} differs from cpu by ${error.toExponential(1)} in "${name}" (allowed ${TOLERANCE})`,
        )
    }
  } finally {
    await cpu.release()
  }
}

/** Largest absolute difference over the largest magnitude of `expected`; NaN when any value is. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  let worst = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(found[i]! - expected[i]!))
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return worst / (largest || 1)
}

/** Values in -1..1 from a fixed linear congruential generator. */
function noise(shape: readonly number[]): Float32Array<ArrayBuffer> {
  let state = 1
  return Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data
  throw new Error('an output is not float32')
}
