import type { MetricChange } from '../../../../shared/lab/wire'
import { SHORT_NAMES } from '../../task-names'
import type { Figure } from '../figures/figure'
import { tablePicture } from '../figures/table-picture'

export interface MetricRow {
  readonly key: string
  readonly task: string
  readonly metric: string
  readonly before: string
  readonly after: string
  /** With its sign and unit; `unchanged` when before and after print alike and are equal. */
  readonly change: string
  readonly meaning: 'better' | 'worse' | 'same'
}

/** Figures against the label before and after, ready to print; figures that could not be measured on both sides are left out. */
export function metricRows(changes: readonly MetricChange[]): MetricRow[] {
  return changes.flatMap(({ task, metric, unit, better, before, after }) => {
    if (before === null || after === null) return []
    const difference = after - before
    const meaning = difference === 0 ? 'same' : difference > 0 === (better === 'higher') ? 'better' : 'worse'
    const sign = difference < 0 ? '−' : '+'
    return [
      {
        key: `${task}/${metric}`,
        task: SHORT_NAMES[task],
        metric: unit === '' ? metric : `${metric}, ${unit}`,
        before: digits(before),
        after: digits(after),
        change: difference === 0 ? 'unchanged' : `${sign}${small(Math.abs(difference))}`,
        meaning,
      } as const,
    ]
  })
}

/** The figures as a table to save. */
export function metricsFigure(changes: readonly MetricChange[]): Figure {
  const rows = metricRows(changes)
  const axes = [{ name: 'metric', labels: changes.map(({ task, metric }) => `${task} ${metric}`) }]
  const numbers = (pick: (change: MetricChange) => number | null): Float64Array =>
    Float64Array.from(changes, (change) => pick(change) ?? NaN)
  const unit = [...new Set(changes.map(({ unit: one }) => one))].join(', ')
  return {
    name: 'metrics-under-interventions',
    title: 'Figures against the corrected label, without and with the interventions',
    picture: tablePicture(
      ['Task', 'figure', 'before', 'now', 'change'],
      rows.map(({ task, metric, before, after, change }) => [task, metric, before, after, change]),
    ),
    arrays: [
      { name: 'before', axes, unit, data: numbers(({ before }) => before) },
      { name: 'now', axes, unit, data: numbers(({ after }) => after) },
    ],
  }
}

/** The difference of two figures: two places that mean something. */
function small(size: number): string {
  if (size >= 10) return size.toFixed(1)
  return size >= 0.0001 ? size.toPrecision(2) : size.toExponential(1)
}

/** Three places that mean something, without an exponent where people read numbers. */
function digits(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 100) return value.toFixed(1)
  if (size >= 10) return value.toFixed(2)
  return size >= 0.001 ? value.toFixed(size >= 1 ? 2 : 4) : value.toExponential(1)
}
