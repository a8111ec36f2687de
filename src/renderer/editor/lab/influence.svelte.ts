import { problemFrom, type Problem } from '../../../shared/errors'
import { summariseInfluence, type Influence as Summary } from '../../../shared/lab/influence'
import type { CutMode } from '../../../shared/lab/intervention'
import { cutOf, linksOf, reachOf, weightOn, type Link, type LinkShape } from '../../../shared/lab/link'
import { regionOf, type Region } from '../../../shared/lab/region'
import type { EffectsRequest, MatrixAnswer, MatrixRequest } from '../../../shared/lab/wire'
import type { Mask } from '../../../shared/mask'
import type { LabClient } from '../../api/lab-client'

/** Links cut in one request: small enough to show progress and to be cancelled soon. */
const CHUNK = 4

/** Which pixels effects are measured on. */
export const INFLUENCE_SCOPES = ['image', 'selection', 'split'] as const
export type InfluenceScope = (typeof INFLUENCE_SCOPES)[number]

/** What influence knows of the rest of the lab. */
interface InfluenceParts {
  readonly sample: string | null
  readonly reading: Pick<MatrixRequest, 'model' | 'weighting' | 'head' | 'interventions'> | null
  readonly shape: LinkShape
  readonly selection: Mask | null
  readonly mode: CutMode
}

/** Everything a measurement depends on. */
export interface InfluenceAsked {
  readonly sample: string
  readonly reading: Pick<MatrixRequest, 'model' | 'weighting' | 'head' | 'interventions'>
  readonly shape: LinkShape
  readonly region: Region | null
  readonly mode: CutMode
}

/** How far a measurement is. */
export interface Measuring {
  readonly done: number
  readonly total: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** Effects of cutting every link of the open image alone, beside mean attention. */
export class Influence {
  scope: InfluenceScope = $state('image')
  running: Measuring | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  /** Finished measurements by what they were of; a few kilobytes each. */
  #results: ReadonlyMap<string, Summary> = $state.raw(new Map())
  /** The measurement in progress: what it is of, and what is known so far. */
  #partial: { readonly key: string; readonly summary: Summary } | null = $state.raw(null)
  #abort: AbortController | null = null
  /** The image of the measurement in progress, or the last. */
  #sample: string | null = null

  constructor(
    private readonly client: Pick<LabClient, 'effects' | 'matrix'>,
    private readonly parts: () => InfluenceParts,
  ) {}

  readonly #wanted: InfluenceAsked | null = $derived.by(() => {
    const { sample, reading, shape, selection, mode } = this.parts()
    if (sample === null || !reading || this.scope === 'split') return null
    if (this.scope === 'selection' && !selection) return null
    const region = this.scope === 'selection' && selection ? regionOf(selection) : null
    // A cut link is cut in every head, and its attention is that of all of them.
    return { sample, reading: { ...reading, head: null }, shape, region, mode }
  })
  /** What `summary` is of. */
  get asked(): InfluenceAsked | null {
    return this.#wanted
  }
  readonly #key: string | null = $derived(this.#wanted && JSON.stringify(this.#wanted))
  /** Effects of what is looked at now, while they are measured those known so far; null = not measured. */
  readonly summary: Summary | null = $derived.by(() => {
    if (this.#key === null) return null
    const partial = this.#partial?.key === this.#key ? this.#partial.summary : null
    return this.#results.get(this.#key) ?? partial
  })
  /** True when every link of `summary` was measured: only then can ranks be compared. */
  readonly complete: boolean = $derived(this.#key !== null && this.#results.has(this.#key))
  /** True when there is something to measure. */
  readonly possible: boolean = $derived(this.#wanted !== null)

  /** Cuts every link alone, a few at a time; `summary` grows on the way. A measurement in progress is given up. */
  async measure(): Promise<void> {
    this.cancel()
    const wanted = this.#wanted
    const key = this.#key
    if (!wanted || key === null) return
    const abort = (this.#abort = new AbortController())
    this.#sample = wanted.sample
    const links = linksOf(wanted.shape)
    const effect = links.map((): number | null => null)
    const startedAt = Date.now()
    this.problem = null
    this.running = { done: 0, total: links.length, startedAt }
    try {
      const attention = await this.#attention(wanted, links, abort.signal)
      for (let from = 0; from < links.length; from += CHUNK) {
        const chunk = links.slice(from, from + CHUNK)
        const measured = await this.#effects(wanted, chunk, abort.signal)
        if (abort.signal.aborted) return
        measured.forEach((value, i) => (effect[from + i] = value))
        this.running = { done: from + chunk.length, total: links.length, startedAt }
        const summary = summariseInfluence(wanted.shape, [{ effect, attention }])
        this.#partial = { key, summary }
      }
      if (this.#partial) this.#results = new Map([...this.#results, [key, this.#partial.summary]])
    } catch (error) {
      if (!abort.signal.aborted) this.problem = problemFrom(error)
    } finally {
      if (this.#abort === abort) {
        this.#abort = null
        this.running = null
        this.#partial = null
      }
    }
  }

  /** Gives up the measurement in progress; nothing of it is kept. */
  cancel(): void {
    this.#abort?.abort()
    this.#abort = null
    this.running = null
    this.#partial = null
  }

  /** Another sample is open, or none (null): nobody waits for the measurement of the one before. */
  leaveFor(sample: string | null): void {
    if (sample !== this.#sample) this.cancel()
  }

  /** Forgets everything measured: another folder or model is open, or photos changed. */
  forget(): void {
    this.cancel()
    this.#results = new Map()
    this.problem = null
  }

  async #effects(
    { sample, reading, region, mode }: InfluenceAsked,
    links: readonly Link[],
    signal: AbortSignal,
  ): Promise<(number | null)[]> {
    const request: EffectsRequest = {
      model: reading.model,
      base: reading.interventions,
      changes: links.map((link) => [cutOf(link, mode)]),
      tasks: [...new Set(links.map(reachOf))],
      region,
    }
    const { effects } = await this.client.effects(sample, request, signal)
    return links.map((link, i) => effects[i]?.find(({ task }) => task === reachOf(link))?.value ?? null)
  }

  /** Attention on every link, of the same model, weights and pixels as the effects. */
  async #attention(
    { sample, reading, region, shape }: InfluenceAsked,
    links: readonly Link[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const ask = (level: 'task' | 'scale'): Promise<MatrixAnswer> =>
      this.client.matrix(sample, { ...reading, of: { level }, region }, signal)
    const matrices = { task: await ask('task'), scale: shape.scales.length > 1 ? await ask('scale') : null }
    return links.map((link) => weightOn(shape, matrices, link))
  }
}
