import type { SampleProblem } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import type { TaskId } from '../../shared/tasks'
import { mapConcurrent } from '../files/concurrent'
import type { Dataset } from './dataset'
import { newProblem, problemOf } from './problems'
import { addValues, newValues, type TaskValues } from './values'

/** Samples read at a time. */
const AT_ONCE = 4

export interface InspectReport {
  readonly layout: string
  readonly root: string
  readonly note: string | null
  readonly splits: Readonly<Record<string, number>>
  readonly samples: number
  readonly tasks: readonly TaskId[]
  /** Readable label files by task. */
  readonly labels: Readonly<Record<string, number>>
  /** Samples by photo size, width x height. */
  readonly sizes: Readonly<Record<string, number>>
  /** By task; empty when only headers were read. */
  readonly values: Readonly<Record<string, ReportedValues>>
  readonly problems: readonly SampleProblem[]
}
interface ReportedValues {
  readonly pixels: number
  readonly invalid: number
  readonly min: number | null
  readonly max: number | null
  /** Pixels by the name of every class that occurs; null for tasks without classes. */
  readonly classes: Readonly<Record<string, number>> | null
}

/** Everything in the folder and everything wrong with it: every header, and with `readValues` every label's values. */
export async function inspectDataset(
  dataset: Dataset,
  readValues: boolean,
  progress: (done: number, total: number, message: string) => void,
  signal?: AbortSignal,
): Promise<InspectReport> {
  const { layout, root, note, splits } = dataset
  const ids = Object.values(splits).flat()
  const problems: SampleProblem[] = [...dataset.problems]
  const more = dataset.problemCount - problems.length
  if (more > 0)
    problems.push(newProblem('', '', 'file_malformed', `${more} more problems of the lists are not shown`))
  const sizes = new Map<string, number>()
  const labels = new Map(dataset.tasks.map(({ id }) => [id, 0]))
  const values = new Map(dataset.tasks.map(({ id, classes }) => [id, newValues(classes)]))
  let done = 0
  const perSample = await mapConcurrent(ids, AT_ONCE, async (id) => {
    if (signal?.aborted) throw new AppError('cancelled', `stopped after ${done} of ${ids.length} samples`)
    const info = await dataset.describe(id)
    if (info.width > 0) count(sizes, `${info.width}x${info.height}`)
    const found = [...info.problems]
    for (const task of info.labels) {
      count(labels, task)
      const wrong = readValues ? await readInto(dataset, id, task, values.get(task)) : null
      if (wrong) found.push(wrong)
    }
    progress(++done, ids.length, id)
    return found
  })
  for (const found of perSample) for (const problem of found) problems.push(problem)
  const counts = Object.entries(splits).map(([split, list]) => [split, list.length] as const)
  return {
    layout,
    root,
    note,
    splits: Object.fromEntries(counts),
    samples: ids.length,
    tasks: dataset.tasks.map(({ id }) => id),
    labels: Object.fromEntries(labels),
    sizes: Object.fromEntries(sizes),
    values: readValues ? reported(dataset, values) : {},
    problems,
  }
}

async function readInto(
  dataset: Dataset,
  id: string,
  task: TaskId,
  values: TaskValues | undefined,
): Promise<SampleProblem | null> {
  const file = dataset.labelFile(id, task)
  try {
    const map = await dataset.readLabel(id, task)
    const wrong = values && addValues(values, map)
    return wrong ? newProblem(id, file, 'value_out_of_range', `${file}: ${wrong}`) : null
  } catch (error) {
    return problemOf(id, file, error)
  }
}

function reported(dataset: Dataset, values: ReadonlyMap<TaskId, TaskValues>): Record<string, ReportedValues> {
  const entries = dataset.tasks.flatMap(({ id, classes }) => {
    const found = values.get(id)
    if (!found) return []
    const { classPixels, ...rest } = found
    const present =
      classPixels && classes?.flatMap((name, i) => (classPixels[i] ? [[name, classPixels[i]] as const] : []))
    return [[id, { ...rest, classes: present ? Object.fromEntries(present) : null }] as const]
  })
  return Object.fromEntries(entries)
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
