import { resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { StreamedTensor } from '../../shared/inference-protocol'
import { openBundle } from '../predictions/bundle'
import { plainForward } from '../predictions/plain-forward'
import { InferenceHost } from './host'

/** A bundle that is linear in the pixels (test/fixtures/single-graph/make.py); the photo is smaller than its input. */
const BUNDLE = resolve(import.meta.dirname, '../../../test/fixtures/single-graph')
const PIXELS = [
  [255, 0, 0],
  [0, 204, 51],
  [51, 51, 255],
  [10, 10, 10],
  [255, 255, 0],
  [0, 0, 1],
] as const
const host = new InferenceHost()
afterAll(() => host.dispose())

it('predicts every task of a single graph and has no attention', async () => {
  const image = { key: 'p', width: 3, height: 2, data: Uint8Array.from(PIXELS.flat()) }
  const tensors: StreamedTensor[] = []
  const result = await host.run(
    { ...(await openBundle(BUNDLE)), provider: 'cpu' },
    { ...plainForward(image, true), stream: { logits: true, attention: true } },
    { onTensor: (tensor) => void tensors.push(tensor) },
  )
  expect(result.attention).toBeNull()
  expect(Object.keys(result.seconds)).toEqual(['single'])
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ['logits_human_parts', [3, 2, 3]],
    ['logits_sal', [2, 2, 3]],
    ['logits_depth', [1, 2, 3]],
  ])
  const [parts, sal, depth] = result.maps.map(({ map }) => map)
  // The first class wins a tie, as in numpy.
  expect(parts).toEqual({ kind: 'class', width: 3, height: 2, data: Uint8Array.of(0, 1, 2, 0, 0, 2) })
  expect([sal?.kind, depth?.kind]).toEqual(['probability', 'scalar'])
  PIXELS.forEach(([red, green], pixel) => {
    expect(sal?.data[pixel]).toBeCloseTo(1 / (1 + Math.exp(2 - (4 * green) / 255)), 5)
    expect(depth?.data[pixel]).toBeCloseTo(Math.max(0, (5 * red) / 255 - 1), 5)
  })
})
