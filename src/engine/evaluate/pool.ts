import type { Worker } from 'node:worker_threads'
import { AppError, errorFromProblem, problemFrom, type Problem } from '../../shared/errors'
import type { Angles } from '../../shared/metrics/normals'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { startThread } from '../threads/start-thread'
import type { Measured, Measurer } from './measurer'
import type { PredictionSpec } from './prediction-source'

export type Request =
  | { readonly kind: 'measure'; readonly id: string; readonly tasks: readonly TaskId[] }
  | { readonly kind: 'angles'; readonly id: string; readonly bins: readonly number[] }

/** What a worker of ours answers; both ends are this program. */
interface Answer<T> {
  readonly result?: T
  readonly problem?: Problem
}
interface Job {
  readonly request: Request
  readonly settle: (answer: Answer<never>) => void
}

/** Measures on `size` threads, each with the data set open; requests wait for a free one in order. */
export function workerPool(dataset: Dataset, spec: PredictionSpec, size: number): Measurer {
  const waiting: Job[] = []
  const idle: Worker[] = []
  const running = new Map<Worker, Job>()
  const workers = Array.from({ length: size }, () =>
    startThread('evaluate-worker', '../evaluate/worker.ts', { root: dataset.root, spec }),
  )
  let failure: AppError | null = null

  const next = (): void => {
    while (waiting.length > 0 && idle.length > 0) {
      const [worker, job] = [idle.pop()!, waiting.shift()!]
      running.set(worker, job)
      worker.postMessage(job.request)
    }
  }
  const fail = (cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    failure ??= new AppError('internal', `a measuring thread ended: ${reason}`, undefined, { cause })
    for (const job of [...running.values(), ...waiting]) job.settle({ problem: problemFrom(failure) })
    running.clear()
    waiting.length = 0
  }
  for (const worker of workers) {
    idle.push(worker)
    worker.on('message', (answer: Answer<never>) => {
      const job = running.get(worker)
      running.delete(worker)
      idle.push(worker)
      job?.settle(answer)
      next()
    })
    worker.on('error', fail)
    worker.on('exit', (code) => code !== 0 && fail(new Error(`exit code ${code}`)))
  }

  const ask = <T>(request: Request): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (failure) return reject(failure)
      const settle = ({ result, problem }: Answer<T>): void =>
        problem || result === undefined
          ? reject(
              problem
                ? errorFromProblem(problem)
                : new AppError('internal', 'a measuring thread gave no answer'),
            )
          : resolve(result)
      waiting.push({ request, settle })
      next()
    })
  return {
    measure: (id, tasks) => ask<Measured>({ kind: 'measure', id, tasks }),
    angles: (id, bins) => ask<Angles>({ kind: 'angles', id, bins }),
    async close() {
      await Promise.all(workers.map((worker) => worker.removeAllListeners('exit').terminate()))
    },
  }
}
