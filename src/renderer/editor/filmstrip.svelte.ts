import type { Sample } from '../../shared/contract'
import { overallState, type ReviewState } from '../../shared/review'
import type { TaskId } from '../../shared/tasks'
import type { SampleFilter, SampleSort } from './types'

export const ALL_SAMPLES: SampleFilter = { split: null, only: 'all', text: '' }

const ONLY: Readonly<Record<SampleFilter['only'], (sample: Sample) => boolean>> = {
  all: () => true,
  problems: (sample) => sample.problems > 0,
  corrected: (sample) => sample.corrected.length > 0,
  predicted: (sample) => sample.predicted,
}

const SORT: Readonly<Record<SampleSort, ((a: Sample, b: Sample) => number) | null>> = {
  folder: null,
  id: (a, b) => a.id.localeCompare(b.id, undefined, { numeric: true }),
  problems: (a, b) => b.problems - a.problems,
}

/** The samples of the open folder and the part of them that the filmstrip shows. */
export class Filmstrip {
  all: readonly Sample[] = $state.raw([])
  filter: SampleFilter = $state.raw(ALL_SAMPLES)
  sort: SampleSort = $state('folder')

  readonly shown: readonly Sample[] = $derived.by(() => {
    const { split, only, text } = this.filter
    const rows = this.all.filter(
      (sample) =>
        (split === null || sample.split === split) &&
        (text === '' || sample.id.includes(text)) &&
        ONLY[only](sample),
    )
    const order = SORT[this.sort]
    return order ? rows.sort(order) : rows
  })

  clear(): void {
    this.all = []
    this.filter = ALL_SAMPLES
  }

  append(samples: readonly Sample[]): void {
    this.all = [...this.all, ...samples]
  }

  /** The shown sample `steps` after (before when negative) `id`, null at the ends. */
  neighbour(id: string | null, steps: number): Sample | null {
    const at = this.shown.findIndex((sample) => sample.id === id)
    return this.shown[at === -1 ? 0 : at + steps] ?? null
  }

  /** The first sample after `id` with work left, wrapping around; null when there is none. */
  nextUnfinished(id: string | null): Sample | null {
    const at = this.shown.findIndex((sample) => sample.id === id)
    const order = [...this.shown.slice(at + 1), ...this.shown.slice(0, Math.max(0, at))]
    return order.find((sample) => !isFinished(sample)) ?? null
  }

  markPredicted(id: string): void {
    this.#update(id, (sample) => (sample.predicted ? sample : { ...sample, predicted: true }))
  }

  markCorrected(id: string, task: TaskId): void {
    this.#update(id, (sample) =>
      sample.corrected.includes(task) ? sample : { ...sample, corrected: [...sample.corrected, task] },
    )
  }

  markReviewed(id: string, task: TaskId, state: ReviewState): void {
    this.#update(id, (sample) => ({ ...sample, reviews: { ...sample.reviews, [task]: state } }))
  }

  /** A new model has predicted nothing yet that this list knows of. */
  forgetPredictions(): void {
    this.all = this.all.map((sample) => (sample.predicted ? { ...sample, predicted: false } : sample))
  }

  #update(id: string, change: (sample: Sample) => Sample): void {
    this.all = this.all.map((sample) => (sample.id === id ? change(sample) : sample))
  }
}

/** Nothing is left to do: every label is done, or one is rejected. */
function isFinished({ reviews }: Sample): boolean {
  const state = overallState(Object.values(reviews))
  return state === 'done' || state === 'rejected'
}
