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
          const matcher = new BoundaryMatcher(label, SIZE, radius)
          for (let step = 0; step < 4; step++) {
            const some = candidates.map((set) => (set && random() < 0.25 * (step + 1) ? 1 : 0))
            expect(matcher.match(some)).toBe(matchingSize(some, label, radius))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('gives the same number whatever the thresholds before were', () => {
    const size = { width: 60, height: 50 }
    for (let seed = 0; seed < 20; seed++) {
      const random = randomFrom(seed)
      const label = Uint8Array.from({ length: 3000 }, () => (random() < 0.15 ? 1 : 0))
      const strength = Array.from(label, random)
      const radius = [1, 2, 2.5, 3.3, 5][seed % 5]!
      const matcher = new BoundaryMatcher(label, size, radius)
      for (let threshold = 1; threshold >= 0.5; threshold -= 0.025) {
        const predicted = Uint8Array.from(strength, (value) => (value >= threshold && random() < 0.9 ? 1 : 0))
        expect(matcher.match(predicted)).toBe(new BoundaryMatcher(label, size, radius).match(predicted))
      }
    }
  })

  it('matches nothing with nothing', () => {
    const none = new Uint8Array(PIXELS)
    const all = none.map(() => 1)
    expect(new BoundaryMatcher(none, SIZE, 3).match(none)).toBe(0)
    expect(new BoundaryMatcher(none, SIZE, 3).match(all)).toBe(0)
    expect(new BoundaryMatcher(all, SIZE, 3).match(none)).toBe(0)
  })

  it.skipIf(!pythonHas('scipy'))('agrees with SciPy while pixels join and leave', () => {
    const found: number[] = []
    const cases: [label: number[], predicted: number[], radius: number][] = []
    for (const radius of [1, 1.5, 2.5, 4.2]) {
      const random = randomFrom(radius)
      const label = mask(random, 0.25)
      const strength = Array.from({ length: PIXELS }, random)
      const matcher = new BoundaryMatcher(label, SIZE, radius)
      for (let threshold = 0.9; threshold >= 0; threshold -= 0.1) {
        const predicted = Uint8Array.from(strength, (value) => (value >= threshold && random() < 0.8 ? 1 : 0))
        found.push(matcher.match(predicted))
        cases.push([[...label], [...predicted], radius])
      }
    }
    const sizes = python(
      `import json, sys
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching
def size(label, predicted, radius):
    a, b = [np.argwhere(np.array(m).reshape(18, 24)) for m in (predicted, label)]
    near = ((a[:, None] - b[None]) ** 2).sum(2) <= radius ** 2
    return int((maximum_bipartite_matching(csr_matrix(near), perm_type='column') >= 0).sum())
print(json.dumps([size(*case) for case in json.loads(sys.argv[1])]))`,
      JSON.stringify(cases),
    )
    expect(found).toEqual(JSON.parse(sizes))
  })
})
