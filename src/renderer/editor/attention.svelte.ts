import type { AttentionSummary } from '../../shared/contract'
import type { AttentionMap, Client, QueryAddress } from '../api/client'
import type { Notices } from './notices.svelte'

/** Mean attention of the open sample's prediction, and the query the user looks at. */
export class AttentionState {
  summary: AttentionSummary | null = $state.raw(null)
  selectedQuery: QueryAddress | null = $state.raw(null)
  /** Where the selected query reads; null until it is here. */
  map: AttentionMap | null = $state.raw(null)
  loading = $state(false)
  #sample: string | null = null
  #summaryRequest = new AbortController()
  #mapRequest = new AbortController()

  constructor(
    private readonly client: Client,
    private readonly notices: Notices,
  ) {}

  /** Reads the summary of a predicted sample, once; null empties everything. */
  async load(sample: string | null, predicted: boolean): Promise<void> {
    if (sample === this.#sample && this.summary) return
    this.#summaryRequest.abort()
    this.#mapRequest.abort()
    const request = (this.#summaryRequest = new AbortController())
    this.#sample = sample
    this.summary = null
    this.map = null
    this.loading = false
    if (sample === null || !predicted) return
    this.loading = true
    try {
      const summary = await this.client.attention(sample, request.signal)
      if (request.signal.aborted) return
      this.summary = summary
      // The same query of the next sample is the comparison one makes when stepping through samples.
      if (this.selectedQuery) await this.select(sample, this.selectedQuery)
    } catch (error) {
      if (!request.signal.aborted) this.notices.report(error)
    } finally {
      if (!request.signal.aborted) this.loading = false
    }
  }

  /** Forgets the sample's attention, e.g. before a new prediction is read. */
  invalidate(): void {
    this.#sample = null
    this.summary = null
    this.map = null
  }

  async select(sample: string | null, query: QueryAddress): Promise<void> {
    if (sample === null) return
    this.#mapRequest.abort()
    const request = (this.#mapRequest = new AbortController())
    this.selectedQuery = query
    try {
      const map = await this.client.encoderMap(sample, query, request.signal)
      if (!request.signal.aborted) this.map = map
    } catch (error) {
      if (!request.signal.aborted) this.notices.report(error)
    }
  }

  clearQuery(): void {
    this.#mapRequest.abort()
    this.selectedQuery = null
    this.map = null
  }
}
