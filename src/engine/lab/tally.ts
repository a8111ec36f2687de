import { availableParallelism } from 'node:os'
import type { DenseMap } from '../../shared/maps'
import { METRICS } from '../../shared/metrics'
import type { MetricContext, Tally } from '../../shared/metrics/metric'
import type { TaskId } from '../../shared/tasks'
import { ThreadPool } from '../threads/pool'

export interface TallyRequest {
  readonly task: TaskId
  readonly label: DenseMap
  readonly prediction: DenseMap
  readonly context: MetricContext
}
/** The sums of a task's metric for one prediction. */
export type MeasureTally = (request: TallyRequest) => Promise<Tally>

export function tallyOf({ task, label, prediction, context }: TallyRequest): Tally {
  return METRICS[task].measure(label, prediction, context)
}

/** Threads that measure, one per core: matching boundaries takes long, and neither a pointer nor the model waits for it. */
export class TallyThreads {
  readonly #pool = new ThreadPool<TallyRequest>({
    name: 'tally-worker',
    source: '../lab/tally-worker.ts',
    data: null,
    size: availableParallelism(),
  })

  readonly measure: MeasureTally = (request) => this.#pool.run(request)

  close(): Promise<void> {
    return this.#pool.close()
  }
}

/** Ends the threads with the work. */
export async function withTallyThreads<T>(work: (measure: MeasureTally) => Promise<T>): Promise<T> {
  const threads = new TallyThreads()
  try {
    return await work(threads.measure)
  } finally {
    await threads.close()
  }
}
