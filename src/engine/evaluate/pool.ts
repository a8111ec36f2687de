import type { Angles } from '../../shared/metrics/normals'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { ThreadPool } from '../threads/pool'
import type { Measured, Measurer } from './measurer'
import type { PredictionSpec } from './prediction-source'

export type Request =
  | { readonly kind: 'measure'; readonly id: string; readonly tasks: readonly TaskId[] }
  | { readonly kind: 'angles'; readonly id: string; readonly bins: readonly number[] }

/** Measures on up to `size` threads, each with the data set open; requests wait for a free one in order. */
export function workerPool(dataset: Dataset, spec: PredictionSpec, size: number): Measurer {
  const pool = new ThreadPool<Request>({
    name: 'evaluate-worker',
    source: '../evaluate/worker.ts',
    data: { root: dataset.root, spec },
    size,
  })
  return {
    measure: (id, tasks) => pool.run<Measured>({ kind: 'measure', id, tasks }),
    angles: (id, bins) => pool.run<Angles>({ kind: 'angles', id, bins }),
    close: () => pool.close(),
  }
}
