import { AppError } from '../../shared/errors'
import type { MetricChange } from '../../shared/lab/wire'
import type { DenseMap } from '../../shared/maps'
import { METRICS } from '../../shared/metrics'
import type { TaskId } from '../../shared/tasks'
import { contextOf } from '../evaluate/measurer'
import type { Predictions } from '../predictions/predictions'
import type { Workspace } from '../services'
import { sharesClasses } from './labels'
import type { LabModel } from './lab-model'
import type { MeasureTally } from './tally'

/** Of the tasks' headline figures. */
const UNITS: Readonly<Record<TaskId, string>> = {
  semseg: '%',
  human_parts: '%',
  depth: 'm',
  normals: '°',
  edge: '%',
  sal: '%',
}

/**
 * The strict figures of one sample's prediction against its label with corrections, without and with interventions, for
 * the tasks that changed. Tasks without a label of the same classes and size are left out. Throws `cancelled`.
 */
export async function metricChanges(
  { dataset, project }: Workspace,
  predictions: Predictions,
  model: LabModel,
  id: string,
  changed: readonly { readonly task: TaskId; readonly map: DenseMap }[],
  { measure, signal }: { readonly measure: MeasureTally; readonly signal: AbortSignal },
): Promise<MetricChange[]> {
  const changes: MetricChange[] = []
  for (const { task, map } of changed) {
    if (!dataset.hasLabel(id, task) || !sharesClasses(dataset, model, task)) continue
    const { map: label } = await project.read(id, task)
    const before = await predictions.map(dataset, id, task)
    if (label.kind !== map.kind || label.width !== map.width || label.height !== map.height) continue
    // Given up: the next cut's figures must not wait for these.
    if (signal.aborted) throw new AppError('cancelled', 'the figures are not wanted any more')
    const context = contextOf(dataset, task)
    const metric = METRICS[task]
    const { headline } = metric
    const figure = async (prediction: DenseMap): Promise<number | null> => {
      const tally = await measure({ task, label, prediction, context })
      return metric.figures(tally, context).strict[headline.figure] ?? null
    }
    changes.push({
      task,
      metric: headline.figure,
      unit: UNITS[task],
      better: headline.higherIsBetter ? 'higher' : 'lower',
      before: await figure(before),
      after: await figure(map),
    })
  }
  return changes
}
