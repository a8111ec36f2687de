import { availableParallelism } from 'node:os'
import { AppError, errorFromProblem } from '../../shared/errors'
import { mapConcurrent } from '../files/concurrent'
import { startThread } from '../threads/start-thread'
import type { Unit } from './format'
import type { Written } from './journal'
import type { WorkerData, WorkerReply, WorkerRequest } from './worker'
import { writeUnit, type Job } from './write-unit'

/** Units a thread has at a time: while one waits for the disk another is encoded. */
const AT_ONCE = 3
/** A thread needs about a fifth of a second to start, in which this many units can be written. */
const WORTH_A_THREAD = 40

/** One thread per core where there is enough to do; 1 = the caller's own. */
export function threadsFor(units: number): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(units / WORTH_A_THREAD)))
}

/**
 * Writes every unit, in this thread or in several. After an abort or a failure nothing new is started; what is under
 * way ends first. `again` = nothing was written, since `known` still holds. Throws what `writeUnit` throws and `cancelled`.
 */
export async function writeUnits(
  job: Job,
  units: readonly Unit[],
  known: ReadonlyMap<string, Written>,
  threads: number,
  signal: AbortSignal,
  done: (unit: Unit, written: Written, again: boolean) => void,
): Promise<void> {
  const knownOf = (unit: Unit): Written | null => known.get(unit.files[0] ?? '') ?? null
  if (threads === 1) {
    await mapConcurrent(units, AT_ONCE, async (unit) => {
      throwIfAborted(signal)
      const before = knownOf(unit)
      const written = await writeUnit(job, unit, before)
      done(unit, written, written === before)
    })
    return
  }
  const doneAt = (index: number, written: Written | null): void => {
    const unit = units[index]!
    const one = written ?? knownOf(unit)
    if (one) done(unit, one, written === null)
  }
  let next = 0
  const take = (): WorkerRequest | null => {
    const index = signal.aborted ? units.length : next++
    const unit = units[index]
    return unit ? { index, unit, known: knownOf(unit) } : null
  }
  const stop = (): void => void (next = units.length)
  const ended = await Promise.allSettled(
    Array.from({ length: threads }, () => runThread(job, take, stop, doneAt)),
  )
  const failure = ended.find((one) => one.status === 'rejected')
  if (failure) throw failure.reason
  throwIfAborted(signal)
}

/** Keeps one thread busy until there is nothing left to take; the thread has ended when this returns. */
async function runThread(
  job: Job,
  take: () => WorkerRequest | null,
  stop: () => void,
  done: (index: number, written: Written | null) => void,
): Promise<void> {
  const data: WorkerData = {
    root: job.workspace.dataset.root,
    format: job.format.name,
    options: job.options,
    folders: job.folders,
  }
  const worker = startThread('export-worker', '../export/worker.ts', data)
  try {
    await new Promise<void>((resolve, reject) => {
      let busy = 0
      let failure: Error | null = null
      const feed = (): void => {
        const request = take()
        if (request) {
          busy++
          worker.postMessage(request)
        } else if (busy === 0) {
          if (failure) reject(failure)
          else resolve()
        }
      }
      const fail = (error: Error): void => {
        failure ??= error
        stop()
      }
      worker.on('message', (reply: WorkerReply) => {
        busy--
        if ('problem' in reply) fail(errorFromProblem(reply.problem))
        else done(reply.index, reply.written)
        feed()
      })
      worker.on('error', (cause) => {
        stop()
        reject(
          new AppError('internal', `a thread of the export failed: ${cause.message}`, undefined, { cause }),
        )
      })
      worker.on('exit', (code) => {
        stop()
        reject(new AppError('internal', `a thread of the export ended with code ${code}`))
      })
      for (let i = 0; i < AT_ONCE; i++) feed()
    })
  } finally {
    worker.removeAllListeners('exit')
    await worker.terminate()
  }
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'the export was stopped')
}
