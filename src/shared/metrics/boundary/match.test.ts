import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { python, pythonHas } from '../../../../test/support/python'
import { randomFrom } from '../../../../test/support/random-maps'
import { BoundaryMatcher } from './match'

const SIZE = { width: 24, height: 18 }
const PIXELS = SIZE.width * SIZE.height

function mask(random: () => number, density: number): Uint8Array {
  return Uint8Array.from({ length: PIXELS }, () => (random() < density ? 1 : 0))
}

/** Kuhn's algorithm from nothing: slow and short. */
function matchingSize(predicted: Uint8Array, label: Uint8Array, radius: number): number {
  const mate = new Map<number, number>()
  const near = (a: number, b: number): boolean =>
    ((a % SIZE.width) - (b % SIZE.width)) ** 2 +
      (Math.floor(a / SIZE.width) - Math.floor(b / SIZE.width)) ** 2 <=
    radius ** 2
  const labels = [...label.keys()].filter((i) => label[i])
  const augment = (from: number, seen: Set<number>): boolean =>
    labels.some((to) => {
      if (seen.has(to) || !near(from, to)) return false
      seen.add(to)
      const current = mate.get(to)
      if (current !== undefined && !augment(current, seen)) return false
      mate.set(to, from)
      return true
    })
  return [...predicted.keys()].filter((i) => predicted[i] && augment(i, new Set())).length
}

describe('BoundaryMatcher', () => {
  it('finds as many pairs as there can be, whatever was matched before', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(0.03, 0.1, 0.3),
        fc.constantFrom(0, 1, 1.5, 3.2, 6),
        (seed, density, radius) => {
          const random = randomFrom(seed)
          const label = mask(random, 0.1)
          const candidates = mask(random, density)
          const matcher = new BoundaryMatcher(candidates, label, SIZE, radius)
          for (let step = 0; step < 4; step++) {
            const some = candidates.map((set) => (set && random() < 0.25 * (step + 1) ? 1 : 0))
            expect(matcher.match(some)).toBe(matchingSize(some, label, radius))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('matches nothing with nothing', () => {
    const none = new Uint8Array(PIXELS)
    expect(new BoundaryMatcher(none, none, SIZE, 3).match(none)).toBe(0)
    expect(
      new BoundaryMatcher(
        none.map(() => 1),
        none,
        SIZE,
        3,
      ).match(none.map(() => 1)),
    ).toBe(0)
  })

  it.skipIf(!pythonHas('scipy'))('agrees with scipy.sparse.csgraph.maximum_bipartite_matching', () => {
    const random = randomFrom(7)
    const [label, candidates] = [mask(random, 0.4), mask(random, 0.5)]
    const size = python(
      `import json, sys
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching
a, b = [np.argwhere(np.array(m).reshape(18, 24)) for m in json.loads(sys.argv[1])]
near = ((a[:, None] - b[None]) ** 2).sum(2) <= 1.5 ** 2
print((maximum_bipartite_matching(csr_matrix(near), perm_type='column') >= 0).sum())`,
      JSON.stringify([[...candidates], [...label]]),
    )
    expect(new BoundaryMatcher(candidates, label, SIZE, 1.5).match(candidates)).toBe(Number(size))
  })
})
