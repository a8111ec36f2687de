import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../test/support/python'
import { rankCorrelation, ranks } from './rank-correlation'
import { spreadOf } from './spread'

describe('ranks', () => {
  it('gives ties the mean of their places', () => {
    expect(ranks([3, 1, 3, 2, 3])).toEqual([4, 1, 4, 2, 4])
    expect(ranks([])).toEqual([])
  })
})

describe('rank correlation', () => {
  it('is 1 for the same order, -1 for the reverse, and nothing where there is no order', () => {
    expect(rankCorrelation([1, 5, 2], [10, 90, 11])).toBe(1)
    expect(rankCorrelation([1, 5, 2], [3, 1, 2])).toBe(-1)
    expect(rankCorrelation([1, 1, 1], [3, 1, 2])).toBeNull()
    expect(rankCorrelation([1], [3])).toBeNull()
  })

  it('depends on the order alone', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)]
        expect(
          rankCorrelation(
            a.map((x) => x ** 3 + 7),
            b,
          ),
        ).toEqual(rankCorrelation(a, b))
        expect(rankCorrelation(b, a)).toEqual(rankCorrelation(a, b))
      }),
    )
  })

  it.skipIf(!pythonHas('numpy', 'scipy'))('is what SciPy and NumPy compute, ties and all', () => {
    const next = generator(7)
    const cases = [2, 3, 5, 12, 48, 200].map((length) => ({
      a: Array.from({ length }, () => Math.floor(next() * 9)),
      b: Array.from({ length }, () => (next() < 0.3 ? 0 : next())),
    }))
    const script = `
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
from scipy.stats import spearmanr
print(json.dumps([dict(rho=None if np.isnan(spearmanr(c['a'], c['b'])[0]) else float(spearmanr(c['a'], c['b'])[0]),
  std=float(np.std(c['b'], ddof=1)), q=[float(np.quantile(c['b'], p)) for p in (.05, .25, .5, .75, .95)])
  for c in json.loads(sys.argv[1])]))`
    const expected: unknown = JSON.parse(python(script, JSON.stringify(cases)))
    expect(
      cases.map(({ a, b }) => {
        const { std, q05, q25, q50, q75, q95 } = spreadOf(b)!
        return { rho: rankCorrelation(a, b), std, q: [q05, q25, q50, q75, q95] }
      }),
    ).toEqual(close(expected))
  })
})

/** Numbers compared to twelve digits. */
function close(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 12)
  if (Array.isArray(value)) return value.map(close)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, close(one)]))
  return value
}

function generator(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}
