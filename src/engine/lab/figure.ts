import type { DenseMap } from '../../shared/maps'
import { METRICS } from '../../shared/metrics'
import type { MetricContext } from '../../shared/metrics/metric'
import type { TaskId } from '../../shared/tasks'
import { ThreadPool } from '../threads/pool'

export interface FigureRequest {
  readonly task: TaskId
  readonly label: DenseMap
  readonly prediction: DenseMap
  readonly context: MetricContext
}
/** A task's strict headline figure of one image. */
export type MeasureFigure = (request: FigureRequest) => Promise<number | null>

export function figureOf({ task, label, prediction, context }: FigureRequest): number | null {
  const metric = METRICS[task]
  const tally = metric.measure(label, prediction, context)
  return metric.figures(tally, context).strict[metric.headline.figure] ?? null
}

/** Measures on a thread of its own, one after the other: matching boundaries takes long, and a pointer waits for nothing. */
export function figureThread(): MeasureFigure {
  const pool = new ThreadPool<FigureRequest>({
    name: 'figure-worker',
    source: '../lab/figure-worker.ts',
    data: null,
    size: 1,
  })
  return (request) => pool.run(request)
}
