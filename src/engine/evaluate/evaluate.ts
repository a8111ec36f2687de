import { availableParallelism } from 'node:os'
import { AppError } from '../../shared/errors'
import { METRICS } from '../../shared/metrics'
import { MedianAngle } from '../../shared/metrics/median'
import type { Figures, Tally } from '../../shared/metrics/metric'
import { publishedFor } from '../../shared/metrics/published'
import { addTallies } from '../../shared/metrics/tally'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { samplesOfSplit } from '../dataset/choose'
import type { Dataset } from '../dataset/dataset'
import type { Evaluation, NamedClass, TaskEvaluation } from './evaluation'
import { contextOf, type Measured, type Measurer, type Skipped } from './measurer'
import { workerPool } from './pool'
import { fileStamp, openSource, type PredictionSpec } from './prediction-source'
import { TallyStore } from './store'

/** Sums of another version are measured again. */
const DEFINITIONS = 1

export interface EvaluateRequest {
  readonly dataset: Dataset
  readonly spec: PredictionSpec
  /** What the predictions are called in the report. */
  readonly predictions: string
  readonly tasks: readonly TaskId[]
  /** Null for every sample. */
  readonly split: string | null
  /** Makes sure that a sample is predicted; called once for each, in order. */
  readonly predict?: (id: string) => Promise<void>
  /** Where sums are kept for the next run. */
  readonly cacheDir: string
  readonly measurer?: Measurer
  readonly signal?: AbortSignal
  readonly progress?: (done: number, total: number, message: string) => void
}

/**
 * Measures every sample of a split in every task that has predictions, on all cores. Sums of files that did not change
 * are reused. A sample's task that cannot be read is skipped and named. Throws `bad_arguments` for an unknown split,
 * `cancelled`, `write_failed`, and what `predict` throws.
 */
export async function evaluate(request: EvaluateRequest): Promise<Evaluation> {
  const start = performance.now()
  const { dataset, spec, split } = request
  const ids = samplesOfSplit(dataset, split)
  const cores = Math.max(1, Math.min(ids.length, availableParallelism()))
  const measurer = request.measurer ?? workerPool(dataset, spec, cores)
  const store = await TallyStore.open(request.cacheDir, [DEFINITIONS, dataset.root, dataset.layout, spec])
  try {
    const pass = new Pass(request, measurer, store, 2 * cores)
    await pass.run(ids)
    const medians = await pass.medians()
    return { ...reportOf(request, pass, medians), seconds: (performance.now() - start) / 1000 }
  } finally {
    await store.close()
    await measurer.close()
  }
}

type Tallies = Partial<Record<TaskId, Tally>>

/** One pass over the samples: sums in order, so that the same input gives the same last digit. */
class Pass {
  readonly totals: Tallies = {}
  readonly images: Partial<Record<TaskId, number>> = {}
  readonly perImage: Record<string, Partial<Record<TaskId, Figures>>> = {}
  readonly skipped: Skipped[] = []
  reused = 0
  readonly #source

  constructor(
    readonly request: EvaluateRequest,
    readonly measurer: Measurer,
    readonly store: TallyStore,
    readonly ahead: number,
  ) {
    this.#source = openSource(request.dataset, request.spec)
  }

  async run(ids: readonly string[]): Promise<void> {
    await this.#inOrder(
      ids,
      (id) => this.#measure(id),
      (id, measured) => this.#add(id, measured),
    )
  }

  /** The medians of the normals in both modes: a second look at those images, at one bin of their histogram. */
  async medians(): Promise<Readonly<Record<'paper' | 'strict', number | null>>> {
    const total = this.totals.normals
    if (!total) return { paper: null, strict: null }
    const context = contextOf(this.request.dataset, 'normals')
    const [paper, strict] = (['paper', 'strict'] as const).map(
      (mode) => new MedianAngle(total, mode, context),
    )
    const bins = [...new Set([...paper!.bins, ...strict!.bins])]
    const ids = Object.keys(this.perImage).filter((id) => this.perImage[id]?.normals)
    await this.#inOrder(
      ids,
      (id) => this.measurer.angles(id, bins),
      (_id, angles) => {
        paper!.add(angles)
        strict!.add(angles)
      },
    )
    return { paper: paper!.value(), strict: strict!.value() }
  }

  /** Starts `ahead` samples at most before the first of them is done; `use` sees them in order. */
  async #inOrder<T>(
    ids: readonly string[],
    work: (id: string) => Promise<T>,
    use: (id: string, result: T) => void,
  ): Promise<void> {
    const { signal, progress } = this.request
    const started: { id: string; result: Promise<T> }[] = []
    let done = 0
    const finish = async (): Promise<void> => {
      const { id, result } = started.shift()!
      use(id, await result)
      progress?.(++done, ids.length, id)
    }
    for (const id of ids) {
      if (signal?.aborted) throw new AppError('cancelled', `stopped after ${done} of ${ids.length} samples`)
      const result = work(id)
      // It is awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined)
      started.push({ id, result })
      if (started.length >= this.ahead) await finish()
    }
    while (started.length > 0) await finish()
  }

  async #measure(id: string): Promise<Measured> {
    const { request } = this
    const { dataset } = request
    const tasks = request.tasks.filter((task) => dataset.hasLabel(id, task))
    await request.predict?.(id)
    const tallies: Tallies = {}
    const stamps: Partial<Record<TaskId, string>> = {}
    for (const task of tasks) {
      const stamp = await this.#stamp(id, task)
      const known = stamp === null ? null : await this.store.get(id, task, stamp)
      if (known) {
        tallies[task] = known
        this.reused++
      } else stamps[task] = stamp ?? ''
    }
    const missing = tasks.filter((task) => stamps[task] !== undefined)
    if (missing.length === 0) return { tallies, skipped: [] }
    const measured = await this.measurer.measure(id, missing)
    for (const task of missing) {
      const tally = measured.tallies[task]
      if (!tally) continue
      tallies[task] = tally
      if (stamps[task]) await this.store.add(id, task, stamps[task], tally)
    }
    return { tallies, skipped: measured.skipped }
  }

  /** Null where a file is missing; measuring it says so. */
  async #stamp(id: string, task: TaskId): Promise<string | null> {
    const { dataset } = this.request
    try {
      const label = await fileStamp(dataset.root, dataset.labelFile(id, task))
      return `${label}|${await this.#source.stamp(id, task)}`
    } catch {
      return null
    }
  }

  #add(id: string, { tallies, skipped }: Measured): void {
    this.skipped.push(...skipped)
    for (const task of TASK_IDS) {
      const tally = tallies[task]
      if (!tally) continue
      const total = this.totals[task]
      this.totals[task] = total ? addTallies(total, tally) : tally
      this.images[task] = (this.images[task] ?? 0) + 1
      const { strict } = METRICS[task].figures(tally, contextOf(this.request.dataset, task))
      this.perImage[id] = { ...this.perImage[id], [task]: strict }
    }
  }
}

function reportOf(
  { dataset, split, predictions }: EvaluateRequest,
  { totals, images, perImage, skipped, reused }: Pass,
  medians: Readonly<Record<'paper' | 'strict', number | null>>,
): Omit<Evaluation, 'seconds'> {
  const measured = TASK_IDS.flatMap((task) => {
    const total = totals[task]
    return total ? [{ task, figures: METRICS[task].figures(total, contextOf(dataset, task)) }] : []
  })
  const byTask = <T>(pick: (entry: (typeof measured)[number]) => T | null): Partial<Record<TaskId, T>> =>
    Object.fromEntries(
      measured.flatMap((entry) => {
        const value = pick(entry)
        return value === null ? [] : [[entry.task, value] as const]
      }),
    )
  const splits = Object.keys(dataset.splits)
  return {
    dataset: dataset.name,
    layout: dataset.layout,
    split: split ?? (splits.length === 1 ? splits[0]! : 'all'),
    predictions,
    samples: Object.keys(perImage).length,
    metrics: byTask(({ task, figures: { paper, strict } }): TaskEvaluation => {
      const median = (mode: 'paper' | 'strict'): Figures =>
        task === 'normals' ? { median: medians[mode] } : {}
      return {
        samples: images[task] ?? 0,
        paper: { ...paper, ...median('paper') },
        strict: { ...strict, ...median('strict') },
      }
    }),
    perClass: byTask(({ task, figures }) => named(dataset, task, figures.classes)),
    perImage,
    curves: byTask(({ figures }) => figures.curve),
    errors: byTask(({ figures }) => figures.errors),
    sources: byTask(({ task }) => METRICS[task].sources),
    published: publishedFor(dataset.layout),
    deltaM: null,
    skipped,
    reused,
  }
}

const SALIENCY_CLASSES = ['background', 'salient']

function named(
  dataset: Dataset,
  task: TaskId,
  classes: readonly Omit<NamedClass, 'name'>[] | null,
): NamedClass[] | null {
  const names = dataset.tasks.find(({ id }) => id === task)?.classes ?? SALIENCY_CLASSES
  return classes && classes.map((one) => ({ ...one, name: names[one.index] ?? `class ${one.index}` }))
}
