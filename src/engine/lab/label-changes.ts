import { METRICS } from '../../shared/metrics'
import type { MetricContext, Tally } from '../../shared/metrics/metric'
import { addTallies } from '../../shared/metrics/tally'
import { reachOf, type Link } from '../../shared/lab/link'
import type { TaskId } from '../../shared/tasks'
import type { SampleRecord } from './influence'

/** How a task's figure against the labels stands without a cut. */
export interface LabelFigure {
  /** The metric's strict headline figure, e.g. `mIoU` in percent, `rmse` in metres, `mean` in degrees. */
  readonly figure: string
  readonly higherIsBetter: boolean
  readonly before: number | null
  /** Images with a label. */
  readonly images: number
}

/** What cutting each link does to the figures, from sums over all images. */
export interface LabelChanges {
  readonly figures: Readonly<Partial<Record<TaskId, LabelFigure>>>
  /** after - before of the figure of the task the link reaches, in the order of `linksOf`; null without labels. */
  readonly change: readonly (number | null)[]
}

/** Adds up the sums of images one after the other. */
export class LabelSums {
  readonly #before = new Map<TaskId, { tally: Tally; images: number }>()
  readonly #after: (Tally | null)[]

  constructor(private readonly links: readonly Link[]) {
    this.#after = links.map(() => null)
  }

  add({ before, after }: NonNullable<SampleRecord['labels']>): void {
    for (const { task, tally } of before) {
      const known = this.#before.get(task)
      this.#before.set(task, {
        tally: known ? addTallies(known.tally, tally) : tally,
        images: (known?.images ?? 0) + 1,
      })
    }
    after.forEach((tally, at) => {
      const known = this.#after[at]
      if (tally) this.#after[at] = known ? addTallies(known, tally) : tally
    })
  }

  changes(context: (task: TaskId) => MetricContext): LabelChanges {
    const figure = (task: TaskId, tally: Tally): number | null =>
      METRICS[task].figures(tally, context(task)).strict[METRICS[task].headline.figure] ?? null
    const figures = [...this.#before].map(([task, { tally, images }]): [TaskId, LabelFigure] => [
      task,
      { ...METRICS[task].headline, before: figure(task, tally), images },
    ])
    const before = new Map(figures.map(([task, one]) => [task, one.before]))
    return {
      figures: Object.fromEntries(figures),
      change: this.links.map((link, at) => {
        const tally = this.#after[at]
        const task = reachOf(link)
        const [was, is] = [before.get(task) ?? null, tally ? figure(task, tally) : null]
        return was === null || is === null ? null : is - was
      }),
    }
  }
}
