import { describe, expect, it } from 'vitest'
import { blockAttention, imageRectOnGrid } from './attention'

describe('blockAttention', () => {
  it('sums over source queries and averages over heads and target queries', () => {
    // 2 blocks x 2 queries, 2 heads; one row per target token
    const head0 = [0.1, 0.2, 0.3, 0.4, 0.3, 0.3, 0.2, 0.2, 1, 0, 0, 0, 0, 0.5, 0.5, 0]
    const head1 = [0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 1, 0.25, 0.25, 0.25, 0.25]
    const [matrix] = blockAttention(Float32Array.of(...head0, ...head1), {
      outer: 1,
      heads: 2,
      blocks: 2,
      queries: 2,
    })
    const expected = [
      [(0.3 + 0.6 + 1 + 0) / 4, (0.7 + 0.4 + 0 + 1) / 4],
      [(1 + 0.5 + 0 + 0.5) / 4, (0 + 0.5 + 1 + 0.5) / 4],
    ]
    matrix!.forEach((row, target) =>
      row.forEach((value, source) => expect(value).toBeCloseTo(expected[target]![source]!, 6)),
    )
  })
})

describe('imageRectOnGrid', () => {
  it('scales the placement to the grid', () => {
    const placed = { left: 8, top: 4, width: 144, height: 112 }
    expect(imageRectOnGrid(placed, { width: 160, height: 120 }, { width: 40, height: 30 })).toEqual({
      x: 2,
      y: 1,
      width: 36,
      height: 28,
    })
  })
})
