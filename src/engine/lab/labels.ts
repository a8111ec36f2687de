import { AppError } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { contextOf } from '../evaluate/measurer'
import { fileStamp } from '../evaluate/prediction-source'
import type { LabModel } from './lab-model'
import type { MeasureTally } from './tally'

/** What tells that label files changed, by task. */
export type Stamps = Readonly<Partial<Record<TaskId, string>>>

/** True unless class numbers mean one thing to the model and another in the data set, where figures would be of neither. */
export function sharesClasses(dataset: Dataset, { ref }: LabModel, task: TaskId): boolean {
  const predicted = ref.card.tasks.find(({ id }) => id === task)
  const stored = dataset.tasks.find(({ id }) => id === task)
  return predicted?.kind !== 'class' || stored?.classes?.length === predicted.channels
}

/**
 * The tasks whose maps can be measured against the data set's labels. Throws `export_refused` when the model's classes
 * are not the data set's.
 */
export function labelTasks(dataset: Dataset, model: LabModel): TaskId[] {
  const { name, tasks } = model.ref.card
  return tasks.flatMap(({ id, channels }) => {
    const stored = dataset.tasks.find((known) => known.id === id)
    if (!stored) return []
    if (!sharesClasses(dataset, model, id))
      throw new AppError(
        'export_refused',
        `${name} predicts ${channels} classes of ${id}, the data set has ${stored.classes?.length ?? 0}; measure without labels or use a model for this data set`,
      )
    return [id]
  })
}

/** Throws as the data set where a label file that was found is gone. */
export async function labelStamps(dataset: Dataset, id: string, tasks: readonly TaskId[]): Promise<Stamps> {
  const stamps: Partial<Record<TaskId, string>> = {}
  for (const task of tasks)
    if (dataset.hasLabel(id, task))
      stamps[task] = `${dataset.root}/${await fileStamp(dataset.root, dataset.labelFile(id, task))}`
  return stamps
}

/** True when everything in `wanted` was measured against the same files. */
export function sameLabels(measured: Stamps, wanted: Stamps): boolean {
  return TASK_IDS.every((task) => wanted[task] === undefined || measured[task] === wanted[task])
}

/** Measures maps of a sample against its labels, which are read once. */
export class SampleLabels {
  private constructor(
    private readonly dataset: Dataset,
    private readonly labels: ReadonlyMap<TaskId, DenseMap>,
    private readonly measure: MeasureTally,
  ) {}

  /** Reads the labels named in `stamps`, to be measured by `measure`. Throws as `Dataset.readLabel`. */
  static async read(
    dataset: Dataset,
    id: string,
    stamps: Stamps,
    measure: MeasureTally,
  ): Promise<SampleLabels> {
    const labels = new Map<TaskId, DenseMap>()
    for (const { id: task } of dataset.tasks)
      if (stamps[task] !== undefined) labels.set(task, await dataset.readLabel(id, task))
    return new SampleLabels(dataset, labels, measure)
  }

  /** Sums of the task's metric; null where there is no label. */
  async tally(task: TaskId, prediction: DenseMap): Promise<Record<string, number[]> | null> {
    const label = this.labels.get(task)
    if (!label) return null
    const context = contextOf(this.dataset, task)
    const tally = await this.measure({ task, label, prediction, context })
    return Object.fromEntries(Object.entries(tally).map(([name, values]) => [name, [...values]]))
  }
}
