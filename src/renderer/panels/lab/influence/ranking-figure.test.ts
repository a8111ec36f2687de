import { expect, it } from 'vitest'
import type { Ranking } from '../../../../shared/lab/jobs'
import { rankedName, rankingFigure } from './ranking-figure'

const ranking: Ranking = {
  task: 'depth',
  modelHash: 'hash',
  mode: 'renormalise',
  weighting: 'contribution',
  tasks: [
    { what: { kind: 'task', source: 'semseg' }, effect: 0.4, read: 0.1 },
    { what: { kind: 'task', source: 'edge' }, effect: null, read: null },
  ],
  scales: [{ what: { kind: 'scale', scale: 1 }, effect: 0.2, read: 0.3 }],
  queries: [{ what: { kind: 'query', task: 'edge', scale: 0, query: 4 }, effect: 0.1, read: 0.05 }],
  left: 0,
}

it('names what was cut and keeps the order of its lists', () => {
  const { arrays, title, picture } = rankingFigure(ranking, [4, 8], '0001, selection')
  expect(title).toBe('What depth depends on, 0001, selection')
  expect(arrays.map(({ name, axes, data }) => [name, axes[0]?.labels, [...data]])).toEqual([
    ['effect_tasks', ['Semantic segmentation', 'Boundaries'], [0.4, NaN]],
    ['read_tasks', ['Semantic segmentation', 'Boundaries'], [0.1, NaN]],
    ['effect_scales', ['1/8'], [0.2]],
    ['read_scales', ['1/8'], [0.3]],
    ['effect_queries', ['Bound 5 at 1/4'], [0.1]],
    ['read_queries', ['Bound 5 at 1/4'], [0.05]],
  ])
  expect(arrays[0]?.unit).toBe('mean absolute change, m')
  expect(picture.body.text.match(/<rect/g)).toHaveLength(4)
  expect(rankedName(ranking.queries[0]!, [])).toBe('Bound 5 at 1/?')
})
