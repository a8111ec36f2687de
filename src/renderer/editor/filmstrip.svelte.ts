import type { Sample } from '../../shared/contract'
import type { ReviewState } from '../../shared/review'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import type { SampleFilter, SampleSort } from './types'

const ALL_SAMPLES: SampleFilter = { split: null, only: 'all', text: '' }

const PAGE = 100
/** Rows kept; a folder can have 100,000, the strip shows a dozen. */
const MOST_ROWS = 2000

/** The samples of the open folder that the filmstrip shows: their number, and the rows near the visible part. */
export class Filmstrip {
  total = $state(0)
  /** Where the open sample stands in the list; -1 when it is not in it. */
  place = $state(-1)
  #filter: SampleFilter = $state.raw(ALL_SAMPLES)
  #sort: SampleSort = $state('folder')
  #rows: ReadonlyMap<number, Sample> = $state.raw(new Map())
  /** Samples that were predicted while the window was open. */
  #predicted = new Set<string>()
  #touched: ReadonlyMap<string, number> = $state.raw(new Map())
  #open: string | null = null
  #list = new AbortController()
  #loading = new Map<number, Promise<void>>()

  constructor(
    private readonly client: Client,
    private readonly failed: (error: unknown) => void,
  ) {}

  get filter(): SampleFilter {
    return this.#filter
  }
  get sort(): SampleSort {
    return this.#sort
  }
  /** The rows that are here, in the order of the list. */
  get loaded(): readonly Sample[] {
    return [...this.#rows].sort(([a], [b]) => a - b).map(([, sample]) => sample)
  }
  /** Undefined while the row is not here; `need` fetches it. */
  at(index: number): Sample | undefined {
    return this.#rows.get(index)
  }

  /** Shows another part of the folder from its start. Resolves when the first rows are here. */
  show(filter: SampleFilter, sort: SampleSort): Promise<void> {
    this.#filter = filter
    this.#sort = sort
    return this.reload()
  }

  setFilter(change: Partial<SampleFilter>): void {
    void this.show({ ...this.#filter, ...change }, this.#sort)
  }
  setSort(sort: SampleSort): void {
    void this.show(this.#filter, sort)
  }

  /** Forgets everything, for another folder. */
  clear(): void {
    this.#list.abort()
    this.#filter = ALL_SAMPLES
    this.#rows = new Map()
    this.#predicted.clear()
    this.#open = null
    this.total = 0
    this.place = -1
  }

  /** Fetches the list anew; the rows on screen stay until theirs are here. */
  async reload(): Promise<void> {
    this.#list.abort()
    this.#list = new AbortController()
    this.#loading.clear()
    const pages = new Set([...this.#rows.keys()].map((index) => Math.floor(index / PAGE)))
    const { signal } = this.#list
    await this.#load(0, () => (this.#rows = new Map()))
    for (const page of pages) if (page > 0 && !signal.aborted) await this.#load(page)
  }

  /** Fetches the rows `first` to `end` (exclusive) that are not here. */
  need(first: number, end: number): void {
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.min(end, this.total); page++)
      if (
        !this.#rows.has(Math.max(first, page * PAGE)) ||
        !this.#rows.has(Math.min(end, this.total, (page + 1) * PAGE) - 1)
      )
        void this.#load(page)
  }

  /** The row at a place, fetched when it is not here; null outside the list. */
  async sampleAt(index: number): Promise<Sample | null> {
    if (index < 0 || index >= this.total) return null
    if (!this.#rows.has(index)) await this.#load(Math.floor(index / PAGE))
    return this.#rows.get(index) ?? null
  }

  canStep(steps: number): boolean {
    return this.place === -1 ? this.total > 0 : this.place + steps >= 0 && this.place + steps < this.total
  }
  /** The sample `steps` after (before when negative) the open one, null at the ends. */
  neighbour(steps: number): Promise<Sample | null> {
    return this.sampleAt(this.place === -1 ? 0 : this.place + steps)
  }
  /** The first sample after the open one with work left, wrapping around; null when there is none. */
  nextUnfinished(): Promise<string | null> {
    return this.client.nextUnfinished(this.#query(), this.#open ?? '')
  }

  /** Says which sample is open; its place is asked for when its row is not here. */
  follow(id: string): void {
    this.#open = id
    const known = [...this.#rows].find(([, sample]) => sample.id === id)
    if (known) this.place = known[0]
    else void this.#load(0)
  }

  /** Photos or labels of these samples changed on disk. */
  touch(samples: readonly string[]): void {
    this.#touched = new Map([...this.#touched, ...samples.map((id) => [id, this.version(id) + 1] as const)])
  }
  /** Counts changes of a sample's files, so that a picture made of them is fetched again. */
  version(id: string): number {
    return this.#touched.get(id) ?? 0
  }

  isPredicted(id: string): boolean {
    return this.#predicted.has(id) || [...this.#rows.values()].some((one) => one.id === id && one.predicted)
  }
  markPredicted(id: string): void {
    this.#predicted.add(id)
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
    this.#predicted.clear()
    const rows = [...this.#rows].map(([index, sample]) => [index, { ...sample, predicted: false }] as const)
    this.#rows = new Map(rows)
  }

  #update(id: string, change: (sample: Sample) => Sample): void {
    for (const [index, sample] of this.#rows) {
      if (sample.id !== id) continue
      this.#rows = new Map(this.#rows).set(index, change(sample))
      return
    }
  }

  #query(): Parameters<Client['samples']>[0] {
    const { split, ...filter } = this.#filter
    return { ...filter, sort: this.#sort, ...(split === null ? {} : { split }) }
  }

  /** `arrived` runs before the page's rows are kept. Failures are told once; nothing comes of a list that was left. */
  #load(page: number, arrived: () => void = () => undefined): Promise<void> {
    const running = this.#loading.get(page)
    if (running) return running
    const { signal } = this.#list
    const load = this.#fetch(page, signal, arrived)
      .catch((error: unknown) => {
        if (!signal.aborted) this.failed(error)
      })
      .finally(() => {
        if (this.#loading.get(page) === load) this.#loading.delete(page)
      })
    this.#loading.set(page, load)
    return load
  }

  async #fetch(page: number, signal: AbortSignal, arrived: () => void): Promise<void> {
    const offset = page * PAGE
    const asked = this.#open
    const range = { offset, limit: PAGE, ...(asked === null ? {} : { id: asked }) }
    const { total, place, samples } = await this.client.samples(this.#query(), range, signal)
    if (signal.aborted) return
    arrived()
    const rows = new Map(this.#rows)
    samples.forEach((sample, i) => rows.set(offset + i, sample))
    const excess = [...rows.keys()].sort((a, b) => Math.abs(b - offset) - Math.abs(a - offset))
    for (const index of excess.slice(0, Math.max(0, rows.size - MOST_ROWS))) rows.delete(index)
    this.#rows = rows
    this.total = total
    if (asked !== null && asked === this.#open) this.place = place ?? -1
  }
}
