import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import type { StreamedTensor } from '../../shared/inference-protocol'
import { openBundle } from './bundle'
import { compare } from '../inference/measure'
import { checkRows, verifyBundle } from './verify-bundle'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')

function tensors(...values: number[]): Map<string, StreamedTensor> {
  const tensor: StreamedTensor = {
    name: 'a',
    role: 'cross_task_attention',
    task: null,
    scale: null,
    axes: ['scale', 'head', 'query_out', 'query_in'],
    shape: [1, 1, values.length / 2, 2],
    data: Float32Array.from(values),
  }
  return new Map([['a', tensor]])
}

it('runs every provider of this machine and times every graph', async () => {
  const report = await verifyBundle(await openBundle(TINY), () => undefined)
  // encoder: 4 tasks x 4 scales x 2 heads x 4 queries; both cross: 4 x 2 x 16; decoder: 4 tasks x 2 heads x 250 pixels
  const pixels = 12 * 16 + 6 * 8 + 3 * 4 + 2 * 2
  expect(report.attention.rows).toBe(4 * 4 * 2 * 4 + 2 * (4 * 2 * 16) + 4 * 2 * pixels)
  expect(report.attention.worst).toBeLessThan(1e-5)
  const graphs = [
    'encoder',
    'cross_task',
    'decoder_semseg',
    'decoder_depth',
    'decoder_normals',
    'decoder_edge',
  ]
  const [cpu, ...others] = report.providers
  expect(cpu).toMatchObject({ provider: 'cpu', available: true })
  expect(Object.keys(cpu!.seconds!)).toEqual(graphs)
  for (const value of Object.values(cpu!.seconds!)) expect(value).toBeGreaterThan(0)
  expect(others.map(({ provider }) => provider)).toEqual(['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'])
  for (const { available, reason, parity } of others) {
    if (available) expect(parity?.agrees).toBe(true)
    else expect(reason).toContain('cannot be used')
  }
}, 120_000)

it('refuses attention that is no distribution', () => {
  expect(checkRows(tensors(0.25, 0.75, 1, 0))).toEqual({ rows: 2, worst: 0 })
  expect(() => checkRows(tensors(0.25, 0.75, 2, -0.5))).toThrow('a row of "a" sums to 1.5')
  expect(() => checkRows(tensors(NaN, 1))).toThrow('sums to NaN')
})

it('measures differences relative to the largest magnitude, NaN and missing tensors as unequal', () => {
  const reference = tensors(0, -4)
  expect(compare(tensors(0.5, -4), reference)).toEqual({ relativeError: 0.125, tensor: 'a', agrees: false })
  expect(compare(tensors(0.001, -4), reference)).toMatchObject({ agrees: true })
  expect(compare(tensors(NaN, -4), reference)).toMatchObject({ relativeError: Infinity, agrees: false })
  expect(compare(new Map(), reference)).toMatchObject({ relativeError: Infinity, agrees: false })
})
