import { InferenceSession, Tensor } from 'onnxruntime-node'
import { runtimeFault } from '../fault'

type Floats = Float32Array<ArrayBuffer>

/** Made at the first use. */
let session: Promise<InferenceSession> | null = null

/**
 * Weighted sums of maps: sum over n of weights[t, n] * maps[t, n, p], as (t, p), in float32. The runtime's matrix product
 * takes a third of the time that a loop over the numbers does, which is what a pointer waits for. Throws as a run.
 */
export async function mixMaps(maps: Floats, weights: Floats, tasks: number): Promise<Float32Array> {
  const count = weights.length / tasks
  const pixels = maps.length / weights.length
  session ??= InferenceSession.create(productGraph(), {
    executionProviders: ['cpu'],
    // One thread: a second one helps little where memory is what is waited for, and is late where all cores are busy.
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  try {
    const { sums } = await (
      await session
    ).run({
      weights: new Tensor('float32', weights, [tasks, 1, count]),
      maps: new Tensor('float32', maps, [tasks, count, pixels]),
    })
    if (sums?.data instanceof Float32Array) return sums.data
    throw new Error('it gave no float32')
  } catch (cause) {
    throw runtimeFault('the product of weights and maps', 'cpu', true, cause)
  }
}

/** An ONNX file (protobuf, every message below 128 bytes) of one node: sums = MatMul(weights, maps). */
function productGraph(): Uint8Array {
  const node = [...text(1, 'weights'), ...text(1, 'maps'), ...text(2, 'sums'), ...text(4, 'MatMul')]
  const graph = [
    ...message(1, node),
    ...text(2, 'mix'),
    ...value(11, 'weights', 'trn'),
    ...value(11, 'maps', 'tnp'),
    ...value(12, 'sums', 'trp'),
  ]
  const opset = number(2, 17)
  return Uint8Array.from([...number(1, 8), ...message(7, graph), ...message(8, opset)])
}

/** A ValueInfoProto: a float32 tensor whose dimensions are named by letters. */
function value(field: number, name: string, dims: string): number[] {
  const shape = [...dims].flatMap((dim) => message(1, text(2, dim)))
  const tensor = [...number(1, 1), ...message(2, shape)]
  return message(field, [...text(1, name), ...message(2, message(1, tensor))])
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)])
}

function message(field: number, content: readonly number[]): number[] {
  const { length } = content
  // A length is a varint: seven bits a byte, the last byte without the top bit.
  const size = length < 128 ? [length] : [(length & 127) | 128, length >> 7]
  return [(field << 3) | 2, ...size, ...content]
}

function number(field: number, value: number): number[] {
  return [field << 3, value]
}
