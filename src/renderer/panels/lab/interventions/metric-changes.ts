import type { MetricChange } from '../../../../shared/lab/wire'
import { SHORT_NAMES } from '../../task-names'

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
        change: difference === 0 ? 'unchanged' : `${sign}${digits(Math.abs(difference))}`,
        meaning,
      } as const,
    ]
  })
}

/** Three places that mean something, without an exponent where people read numbers. */
function digits(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 100) return value.toFixed(1)
  if (size >= 10) return value.toFixed(2)
  return size >= 0.001 ? value.toFixed(size >= 1 ? 2 : 4) : value.toExponential(1)
}
