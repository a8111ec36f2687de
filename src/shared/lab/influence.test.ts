import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { summariseInfluence } from './influence'
import { isOwn, linksOf, reachOf, weightOn, type LinkShape } from './link'
import type { SampleInfluence } from './link-figures'
import type { MatrixAnswer } from './wire'

const SHAPE: LinkShape = { tasks: ['semseg', 'depth', 'edge'], scales: [{ stride: 4 }, { stride: 8 }] }
const LINKS = linksOf(SHAPE)

/** An image whose links from elsewhere have these numbers; own links have large ones that must not count. */
function sample(number: (at: number) => { attention: number; effect: number | null }): SampleInfluence {
  const numbers = LINKS.map((link, at) => (isOwn(link) ? { attention: 9, effect: 9 } : number(at)))
  return { attention: numbers.map(({ attention }) => attention), effect: numbers.map(({ effect }) => effect) }
}

describe('links', () => {
  it('are listed as [target][source][scale] and [task][target][source], each reaching one task', () => {
    expect(LINKS).toHaveLength(3 * 3 * 2 + 3 * 2 * 2)
    expect(LINKS[3]).toEqual({ axis: 'task', target: 'semseg', source: 'depth', scale: 1 })
    expect(LINKS[18 + 5]).toEqual({ axis: 'scale', task: 'depth', target: 0, source: 1 })
    expect(reachOf(LINKS[3]!)).toBe('semseg')
    expect(linksOf({ ...SHAPE, scales: [{ stride: 4 }] })).toHaveLength(9)
  })

  it('find their mean weight', () => {
    const matrices = (count: number, size: number, base: number): MatrixAnswer => ({
      matrices: Array.from({ length: count }, (_, at) => ({
        at,
        values: Array.from({ length: size }, (_row, t) =>
          Array.from({ length: size }, (_cell, k) => base + 100 * at + 10 * t + k),
        ),
        own: Array.from({ length: size }, () => 0),
      })),
      max: 0,
    })
    const steps = { task: matrices(2, 3, 0), scale: matrices(3, 2, 1000) }
    expect(LINKS.slice(0, 4).map((link) => weightOn(SHAPE, steps, link))).toEqual([0, 100, 1, 101])
    expect(weightOn(SHAPE, steps, LINKS[18 + 5]!)).toBe(1101)
  })
})

describe('influence', () => {
  it('averages images and keeps their layout', () => {
    const first = sample((at) => ({ attention: at, effect: 2 * at }))
    const second = sample((at) => ({ attention: at + 2, effect: at === 2 ? null : 4 * at }))
    const influence = summariseInfluence(SHAPE, [first, second])
    expect(influence.samples).toBe(2)
    expect([influence.effect.length, influence.effect[0]!.length, influence.effect[0]![0]!.length]).toEqual([
      3, 3, 2,
    ])
    // [semseg][depth][scale 0] is link 2, [semseg][depth][scale 1] link 3.
    expect(influence.attention[0]![1]).toEqual([3, 4])
    expect(influence.effect[0]![1]).toEqual([4, 9])
    expect(influence.effectSpread[0]![1]![1]).toMatchObject({ mean: 9, std: Math.sqrt(18), q50: 9 })
    expect(influence.effect[1]![1]).toEqual([9, 9])
    expect(influence.scaleEffect[1]![0]![1]).toBe(3 * 23)
    expect(influence.metric.depth).toEqual({ name: 'mean absolute change', unit: 'm' })
  })

  it('compares the order of attention and effect without own links, tasks by their own largest effect', () => {
    const { rankCorrelation, scaleRankCorrelation, disagreements } = summariseInfluence(SHAPE, [
      // Effects on depth are 1000 times those on semseg: another unit, the same order.
      sample((at) => ({ attention: at % 6, effect: (at % 6) * (LINKS[at]!.target === 'depth' ? 1000 : 1) })),
    ])
    expect(rankCorrelation).toMatchObject({ byTask: { semseg: 1, depth: 1, edge: 1 }, links: 4 })
    expect(rankCorrelation.all).toBeGreaterThan(0.9)
    expect(rankCorrelation.perSample?.mean).toBe(rankCorrelation.all)
    expect(scaleRankCorrelation?.links).toBe(2)
    expect(disagreements).toEqual([])
  })

  it('compares contributions too where every image has them', () => {
    const first = sample((at) => ({ attention: 7 - (at % 6), effect: at % 6 }))
    const told = { ...first, contribution: first.effect.map((effect) => effect ?? 0) }
    const { contribution, contributionRankCorrelation, rankCorrelation } = summariseInfluence(SHAPE, [told])
    expect(contribution).toEqual(summariseInfluence(SHAPE, [told]).effect)
    expect(contributionRankCorrelation?.byTask).toEqual({ semseg: 1, depth: 1, edge: 1 })
    expect(rankCorrelation.byTask).toEqual({ semseg: -1, depth: -1, edge: -1 })
    expect(summariseInfluence(SHAPE, [told, first])).toMatchObject({
      contribution: null,
      contributionRankCorrelation: null,
      scaleContributionRankCorrelation: null,
    })
  })

  it('names the links that attention and effect place far apart', () => {
    const { disagreements } = summariseInfluence(SHAPE, [
      // semseg: links 2..5 come from elsewhere; the most attended one does nothing.
      sample((at) => ({ attention: at, effect: at === 5 ? 0 : at })),
    ])
    expect(disagreements[0]).toEqual({
      link: { axis: 'task', target: 'semseg', source: 'edge', scale: 1 },
      kind: 'attention without effect',
      attention: 5,
      effect: 0,
      attentionPlace: 1,
      effectPlace: 0,
    })
    expect(disagreements).toHaveLength(1)
  })

  it('has one scale axis less for a model with one scale', () => {
    const shape: LinkShape = { tasks: ['semseg', 'depth'], scales: [{ stride: 4 }] }
    const influence = summariseInfluence(shape, [{ effect: [1, 2, 3, 4], attention: [1, 2, 3, 4] }])
    expect(influence.effect).toEqual([
      [[1], [2]],
      [[3], [4]],
    ])
    expect([influence.scaleEffect, influence.scaleRankCorrelation]).toEqual([[], null])
    expect(influence.rankCorrelation.byTask).toEqual({ semseg: null, depth: null })
  })

  it('does not depend on the order of the images', () => {
    const number = fc.integer({ min: 0, max: 100 })
    const image = fc
      .array(fc.tuple(number, number), { minLength: LINKS.length, maxLength: LINKS.length })
      .map((list): SampleInfluence => ({
        attention: list.map(([a]) => a),
        effect: list.map(([, e]) => e),
      }))
    fc.assert(
      fc.property(image, image, (a, b) => {
        expect(summariseInfluence(SHAPE, [a, b])).toEqual(summariseInfluence(SHAPE, [b, a]))
      }),
      { numRuns: 20 },
    )
  })
})
