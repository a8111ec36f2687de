import { availableParallelism } from 'node:os'
import { AppError } from '../../shared/errors'
import { mapConcurrent } from '../files/concurrent'
import { ThreadPool } from '../threads/pool'
import type { Unit } from './format'
import type { Written } from './journal'
import type { WorkerData, WorkerRequest } from './worker'
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
  const pool = threads > 1 ? poolOf(job, threads) : null
  const write = async (unit: Unit, before: Written | null): Promise<Written> => {
    if (!pool) return writeUnit(job, unit, before)
    const written = await pool.run<Written | null>({ unit, known: before })
    return written ?? before!
  }
  try {
    await mapConcurrent(units, threads * AT_ONCE, async (unit) => {
      throwIfAborted(signal)
      const before = knownOf(unit)
      const written = await write(unit, before)
      done(unit, written, written === before)
    })
  } finally {
    await pool?.close()
  }
}

function poolOf({ workspace, format, options, folders }: Job, threads: number): ThreadPool<WorkerRequest> {
  const data: WorkerData = { root: workspace.dataset.root, format: format.name, options, folders }
  return new ThreadPool({
    name: 'export-worker',
    source: '../export/worker.ts',
    data,
    size: threads,
    atOnce: AT_ONCE,
  })
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'the export was stopped')
}
