import { expect, it } from 'vitest'
import type { Replay } from '../../../../shared/lab/jobs'
import { replayFigure, replayRows } from './replayed'

const spread = { mean: 0.25, std: 0, q05: 0, q25: 0, q50: 0, q75: 0, q95: 0 }
const report: Replay = {
  split: 'val',
  model: 'tiny',
  modelHash: 'aa',
  interventions: [],
  samples: 3,
  tasks: [
    {
      task: 'depth',
      effect: spread,
      figures: [
        { figure: 'absRel', before: 1, after: 2 },
        { figure: 'rmse', before: 0.51234, after: 0.6 },
      ],
      higherIsBetter: false,
      labelled: 3,
    },
    { task: 'edge', effect: null, figures: [], higherIsBetter: true, labelled: 0 },
  ],
  perSample: [],
  skipped: [],
}

it('says how far each task moved, and its headline figure before and after', () => {
  expect(replayRows(report)).toEqual([
    {
      ...{ task: 'depth', name: 'Depth', effect: '250 mm' },
      ...{ figure: 'rmse', before: '0.5123', after: '0.6' },
    },
    { task: 'edge', name: 'Bound', effect: '–', figure: '', before: '–', after: '–' },
  ])
})

it('is saved with its numbers, NaN where nothing was measured', () => {
  const { arrays, title } = replayFigure(report)
  expect(title).toBe('Interventions on 3 images of val')
  expect(arrays.map(({ name, data }) => [name, [...data]])).toEqual([
    ['effect', [0.25, NaN]],
    ['before', [0.51234, NaN]],
    ['now', [0.6, NaN]],
  ])
})
