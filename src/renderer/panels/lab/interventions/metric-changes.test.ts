import { expect, it } from 'vitest'
import type { MetricChange } from '../../../../shared/lab/wire'
import { metricRows, metricsFigure } from './metric-changes'

const change = (given: Partial<MetricChange>): MetricChange => ({
  task: 'depth',
  metric: 'RMSE',
  unit: 'm',
  better: 'lower',
  before: 0.5,
  after: 0.6,
  ...given,
})

it('says whether a change is for the better, whichever way that is', () => {
  const rows = metricRows([
    change({}),
    change({ after: 0.4 }),
    change({ better: 'higher', metric: 'mIoU', unit: '%', before: 40, after: 42 }),
    change({ better: 'higher', before: 40, after: 38 }),
    change({ after: 0.5 }),
  ])
  expect(rows.map(({ meaning }) => meaning)).toEqual(['worse', 'better', 'better', 'worse', 'same'])
  expect(rows.map((row) => row.change)).toEqual(['+0.10', '−0.10', '+2.0', '−2.0', 'unchanged'])
  expect(rows[2]).toMatchObject({ metric: 'mIoU, %', before: '40.00', after: '42.00' })
})

it('leaves out what could not be measured on both sides, and shows the smallest change', () => {
  const rows = metricRows([change({ after: null }), change({ after: 0.50001 })])
  expect(rows.map((row) => row.change)).toEqual(['+1.0e-5'])
})

it('is saved with the numbers on both sides, those that could not be measured as NaN', () => {
  const { arrays, picture } = metricsFigure([change({}), change({ task: 'semseg', unit: '%', after: null })])
  expect(arrays.map(({ name, unit, data }) => [name, unit, [...data]])).toEqual([
    ['before', 'm, %', [0.5, 0.5]],
    ['now', 'm, %', [0.6, NaN]],
  ])
  expect(arrays[0]?.axes[0]?.labels).toEqual(['depth RMSE', 'semseg RMSE'])
  expect(picture.body.text).toContain('>+0.10<')
})
