import { resolve } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CardGraph, CardTensor } from '../shared/card'
import { agreesWithCpu } from './trial'

const FILE = resolve(import.meta.dirname, '../../test/fixtures/single-graph/single.onnx')
const tensor = (name: string, role: CardTensor['role'], channels: number): CardTensor => ({
  name,
  role,
  task: null,
  scale: null,
  axes: ['batch', 'channel', 'height', 'width'],
  shape: [1, channels, 8, 12],
})
const GRAPH: CardGraph = {
  file: 'single.onnx',
  sha256: '',
  bytes: 1,
  opset: 17,
  inputs: [tensor('image', 'image', 3)],
  outputs: [tensor('logits_depth', 'logits', 1)],
}

let session: InferenceSession
beforeAll(async () => {
  session = await InferenceSession.create(FILE)
})
afterAll(() => session.release())

/** The session with one value of its depth changed. */
function changed(by: number): Pick<InferenceSession, 'run'> {
  return {
    run: async (feeds: Record<string, Tensor>) => {
      const { logits_depth: depth } = await session.run(feeds)
      const data = Float32Array.from(depth!.data as Float32Array)
      data[5]! += by
      return { logits_depth: new Tensor('float32', data, depth!.dims) }
    },
  }
}

it('accepts a session that gives what cpu gives, within rounding', async () => {
  await expect(agreesWithCpu(GRAPH, FILE, session)).resolves.toBeUndefined()
  await expect(agreesWithCpu(GRAPH, FILE, changed(1e-4))).resolves.toBeUndefined()
})

it.each([0.5, NaN])('gives up a session that is off by %f, with the figure', async (by) => {
  await expect(agreesWithCpu(GRAPH, FILE, changed(by))).rejects.toThrow(
    /single.onnx differs from cpu by .* in "logits_depth"/,
  )
})
