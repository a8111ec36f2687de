import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pixelRowOf, rowOf } from './contribution'
import { attentionOf, sharesOf } from './shares'
import { originOf, pixelRead } from './trace'

const number = fc.float({ min: 0, max: 1, noNaN: true })
const numbers = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(number, { minLength: length, maxLength: length }).map((list) => Float32Array.from(list))
const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0)

describe('contributions by inner products', () => {
  const [H, K, C] = [3, 4, 5]
  const vectors = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), {
    minLength: K * H * C,
    maxLength: K * H * C,
  })
  it.each([null, 1])('are the norms of the explicit sums, head %s', (head) => {
    fc.assert(
      fc.property(vectors, numbers(H * K), (u, weights) => {
        const at = (k: number, h: number): number[] => u.slice((k * H + h) * C, (k * H + h + 1) * C)
        const inner = (k: number, a: number, b: number): number =>
          at(k, a).reduce((sum, value, c) => sum + value * at(k, b)[c]!, 0)
        const byToken = Float32Array.from({ length: K * H * H }, (_, i) =>
          inner(Math.floor(i / H / H), Math.floor(i / H) % H, i % H),
        )
        const byPlane = Float32Array.from({ length: H * H * K }, (_, i) =>
          inner(i % K, Math.floor(i / K / H), Math.floor(i / K) % H),
        )
        const [tokens, pixels] = [new Float32Array(K), new Float32Array(K)]
        const row = { data: weights, start: 0, headStride: K }
        rowOf(row, K, H, head, { data: byToken, start: 0 }, tokens, 0)
        pixelRowOf(weights, K, H, head, byPlane, pixels, 0)
        for (let k = 0; k < K; k++) {
          const heads = [0, 1, 2].filter((h) => head === null || h === head)
          const sum = at(k, 0).map((_, c) => total(heads.map((h) => weights[h * K + k]! * at(k, h)[c]!)))
          // Single precision: the square root magnifies what is left of products that cancel.
          expect(tokens[k]).toBeCloseTo(Math.hypot(...sum), 2)
          expect(pixels[k]).toBeCloseTo(Math.hypot(...sum), 2)
        }
      }),
    )
  })
})

describe('a trace', () => {
  const shape = { tasks: 2, scales: 2, queries: 2 }
  const step = fc.tuple(numbers(2 * 16), numbers(8))
  it('loses nothing on the way back', () => {
    fc.assert(
      fc.property(step, step, numbers(4), (task, scale, queries) => {
        const shares = ([attention, own]: [Float32Array, Float32Array]): ReturnType<typeof sharesOf> => {
          const gram = new Float32Array(8).fill(1)
          const tensors = { attention, norms: { gram, own } }
          return sharesOf(tensors, { outer: 2, heads: 1, tokens: 4 }, 'contribution', null)
        }
        const {
          queries: found,
          scales,
          tasks,
        } = originOf(queries, 1, shape, {
          task: shares(task),
          scale: shares(scale),
        })
        for (const masses of [found, scales.flat(), tasks.flat()])
          expect(total(masses)).toBeCloseTo(total(queries), 4)
      }),
    )
  })

  it('shares a pixel out from fine to coarse without rest', () => {
    const scale = fc.record({ queries: numbers(3), own: number, coarser: number })
    fc.assert(
      fc.property(scale, scale, (fine, coarse) => {
        const { queries, own } = pixelRead([fine, { ...coarse, coarser: 0 }])
        expect(total(queries) + total(own)).toBeCloseTo(1, 5)
      }),
    )
    const half = { queries: Float32Array.of(1, 0), own: 0.5, coarser: 0.5 }
    const last = { queries: Float32Array.of(0, 3), own: 1, coarser: 0 }
    expect(pixelRead([half, last])).toEqual({
      queries: Float32Array.of(0.5, 0, 0, 0.1875),
      own: [0.25, 0.0625],
    })
  })

  it('adds the token itself to raw rows, and keeps it alone where everything was removed', () => {
    const attention = Float32Array.of(0.25, 0.75, 0, 0)
    const tensors = { attention, norms: null }
    const one = { outer: 1, heads: 1, tokens: 2 }
    expect(sharesOf(tensors, one, 'raw', null)).toEqual({
      tokens: 2,
      weights: Float32Array.of(0.125, 0.375, 0, 0),
      own: Float32Array.of(0.5, 1),
    })
    expect(attentionOf(tensors, one, 'raw', 0).weights).toEqual(attention)
  })
})
