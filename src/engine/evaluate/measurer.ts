import { problemFrom, type ErrorCode } from '../../shared/errors'
import { METRICS } from '../../shared/metrics'
import { anglesInBins } from '../../shared/metrics/median'
import type { MetricContext, Tally } from '../../shared/metrics/metric'
import { anglesOf, type Angles } from '../../shared/metrics/normals'
import { TOLERANCES } from '../../shared/metrics/boundary/boundary'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { openSource, type PredictionSpec } from './prediction-source'

/** What one sample adds; a task that could not be read is in `skipped` instead. */
export interface Measured {
  readonly tallies: Partial<Readonly<Record<TaskId, Tally>>>
  readonly skipped: readonly Skipped[]
}
export interface Skipped {
  readonly sample: string
  readonly task: TaskId
  readonly code: ErrorCode
  readonly message: string
}

/** Reads labels and predictions and measures them; in this process, or in workers (`pool.ts`). */
export interface Measurer {
  measure(id: string, tasks: readonly TaskId[]): Promise<Measured>
  /** The angles of a sample's normals that fall into some bins of the histogram. */
  angles(id: string, bins: readonly number[]): Promise<Angles>
  close(): Promise<void>
}

export function localMeasurer(dataset: Dataset, spec: PredictionSpec): Measurer {
  const source = openSource(dataset, spec)
  return {
    async measure(id, tasks) {
      const tallies: Partial<Record<TaskId, Tally>> = {}
      const skipped: Skipped[] = []
      for (const task of tasks)
        try {
          const label = await dataset.readLabel(id, task)
          const prediction = await source.read(id, task)
          tallies[task] = METRICS[task].measure(label, prediction, contextOf(dataset, task))
        } catch (error) {
          const { code, message } = problemFrom(error)
          skipped.push({ sample: id, task, code, message })
        }
      return { tallies, skipped }
    },
    async angles(id, bins) {
      const label = await dataset.readLabel(id, 'normals')
      return anglesInBins(anglesOf(label, await source.read(id, 'normals')), bins)
    },
    close: async () => undefined,
  }
}

/** PASCAL's normals are masked when they are read, so that zero means ignored; NYUD has its own boundary tolerance. */
export function contextOf(dataset: Dataset, task: TaskId): MetricContext {
  const pascal = dataset.layout.startsWith('pascal')
  const [id] = Object.values(dataset.splits).flat()
  const png = task === 'normals' && id !== undefined && dataset.labelFile(id, task).endsWith('.png')
  return {
    classes: dataset.tasks.find((known) => known.id === task)?.classes?.length ?? 0,
    zeroNormals: png && !pascal ? 'direction' : 'ignored',
    boundaryTolerance: dataset.layout.startsWith('nyu') ? TOLERANCES.nyud : TOLERANCES.pascal,
  }
}
