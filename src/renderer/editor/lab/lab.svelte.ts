import type { ModelInfo } from '../../../shared/contract'
import type { DenseMap } from '../../../shared/maps'
import type { TaskId } from '../../../shared/tasks'
import type { LabClient, Trace } from '../../api/lab-client'
import type { PixelPosition, QueryAddress } from '../types'
import { CutEffects } from './cut-effects.svelte'
import type { InterveneRequest, TraceRequest, Weighting } from '../../../shared/lab/wire'
import type { Mask } from '../../../shared/mask'
import type { LinkAddress } from './changes'
import type { Document } from '../document'
import type { Settings } from '../settings'
import { Heat } from './heat.svelte'
import { Influence } from './influence.svelte'
import { IntervenedPrediction } from './intervened.svelte'
import { Interventions, type QueriesAddress } from './interventions.svelte'
import { Matrices } from './matrices.svelte'
import { MapSelection } from './map-selection.svelte'
import { Queries } from './queries.svelte'
import { Paced } from '../paced.svelte'
import { Question, type Answered } from './question.svelte'
import { sameCells } from './same-cells'

/** A pixel of the photo as one task's decoder sees it: what a trace starts from. */
export interface TracePoint extends PixelPosition {
  readonly task: TaskId
}

export const LAB_TABS = ['flow', 'queries', 'matrices', 'interventions', 'influence'] as const
export type LabTab = (typeof LAB_TABS)[number]

/**
 * What the panes show in Attention mode: where the traced pixel comes from, what the chosen query reads or writes, the
 * (intervened) prediction, or what an intervention changed in it.
 */
export const LAB_VIEWS = ['sources', 'query', 'prediction', 'difference'] as const
export type LabView = (typeof LAB_VIEWS)[number]

/** What must happen before there is attention to look at; null = nothing. */
export type LabObstacle = 'no-model' | 'single-graph' | 'no-prediction'

/** What the lab knows of the rest of the window. */
export interface LabParts {
  readonly client: LabClient
  model(): ModelInfo | null
  /** The open sample: its id and size; null = none is open. */
  sample(): { readonly id: string; readonly width: number; readonly height: number } | null
  /** True when the open sample has a prediction of the open model. */
  predicted(): boolean
  activeTask(): TaskId
  /** The prediction without interventions. */
  prediction(sample: string, task: TaskId, signal: AbortSignal): Promise<DenseMap>
  /** The maps of the open sample. */
  document(): Document | null
  selection(): Mask | null
  /** True while attention is looked at. */
  watched(): boolean
  /** Where the interventions are kept. */
  readonly settings: Settings
}

/** What every view of the attention lab shares: the pixel and the query looked at, how attention is read, and what was cut. */
export class Lab {
  /** A pixel that stays until it is unpinned. */
  pin: TracePoint | null = $state.raw(null)
  /** The pixel under the pointer, and the last one after the pointer has left: panels are read with the pointer elsewhere. */
  hover: TracePoint | null = $state.raw(null)
  /** One head, or null for all of them together. */
  head: number | null = $state(null)
  /** As chosen; bundles without contributions are read by `weighting`. */
  wantedWeighting: Weighting = $state('contribution')
  /** The scale whose maps the panes show; null = all of them added up. */
  scale: number | null = $state(null)
  /** The one source task that counts, in a single pane and for a selection; null = all of them added up. */
  source: TaskId | null = $state(null)
  tab: LabTab = $state('flow')
  view: LabView = $state('sources')
  /** Cuts, factors and swaps in order; every view shows the model with the active ones. */
  readonly interventions: Interventions
  /** The maps over the panes follow every answer, what is read follows `told`. */
  readonly trace: Question<TraceRequest, Trace>
  readonly told = new Paced<Answered<TraceRequest, Trace>>()
  readonly heat: Heat
  readonly effects: CutEffects
  readonly intervened: IntervenedPrediction
  readonly matrices: Matrices
  readonly influence: Influence
  readonly queries: Queries
  readonly selection: MapSelection
  /** The sample whose attention the engine keeps for this window. */
  #kept: string | null = null

  constructor(private readonly parts: LabParts) {
    this.trace = new Question(
      (sample, request, signal) => {
        this.#kept = sample
        return parts.client.trace(sample, request, signal)
      },
      (shown, request) => sameCells(shown, request, parts.sample()),
    )
    const strides = (): number[] => this.model?.scales.map(({ stride }) => stride) ?? []
    this.interventions = new Interventions(strides, parts.settings)
    this.heat = new Heat(this)
    this.effects = new CutEffects(this, parts)
    this.intervened = new IntervenedPrediction(
      parts.client,
      () => parts.document(),
      () => parts.watched(),
    )
    this.matrices = new Matrices(parts.client, () => ({
      reading: this.reading,
      selection: parts.selection(),
      scales: this.model?.scales.length ?? 0,
    }))
    this.influence = new Influence(parts.client, () => ({
      sample: this.sample,
      reading: this.reading,
      shape: { tasks: this.tasks, scales: this.model?.scales ?? [] },
      selection: parts.selection(),
      mode: this.interventions.mode,
    }))
    this.queries = new Queries(this, parts)
    this.selection = new MapSelection(this, parts)
  }

  readonly model: ModelInfo | null = $derived.by(() => this.parts.model())
  readonly tasks: readonly TaskId[] = $derived(this.model?.tasks.map(({ id }) => id) ?? [])
  /** The sample that is looked at, once it has attention. */
  readonly sample: string | null = $derived.by(() =>
    this.obstacle === null ? (this.parts.sample()?.id ?? null) : null,
  )
  readonly obstacle: LabObstacle | null = $derived.by(() => {
    if (!this.model) return 'no-model'
    if (!this.model.lab.attention) return 'single-graph'
    return this.parts.predicted() ? null : 'no-prediction'
  })
  readonly weighting: Weighting = $derived(this.model?.lab.contributions ? this.wantedWeighting : 'raw')

  /** The pixel that is traced: the pin, else the pixel under the pointer, else the middle of the photo. */
  readonly point: TracePoint | null = $derived.by(() => {
    const size = this.parts.sample()
    const [first] = this.tasks
    if (!size || first === undefined) return null
    const middle = { task: this.parts.activeTask(), x: size.width >> 1, y: size.height >> 1 }
    const { task, x, y } = this.pin ?? this.hover ?? middle
    return {
      task: this.tasks.includes(task) ? task : first,
      x: Math.min(x, size.width - 1),
      y: Math.min(y, size.height - 1),
    }
  })

  /** The pixel whose trace is shown; a pin, and a pixel before the first answer, are marked at once. */
  readonly marked: TracePoint | null = $derived.by(() => this.pin ?? this.trace.shown?.request ?? this.point)

  /** How every question is asked: of which model, by which weights, with what cut. Null without attention. */
  readonly reading: Omit<TraceRequest, 'task' | 'x' | 'y'> | null = $derived.by(() => {
    if (!this.model || this.sample === null) return null
    const head = this.head !== null && this.head < this.model.heads ? this.head : null
    const interventions = [...this.interventions.active]
    return { model: this.model.hash, weighting: this.weighting, head, interventions }
  })
  readonly interveneWanted: InterveneRequest | null = $derived.by(
    () =>
      this.model && {
        model: this.model.hash,
        interventions: [...this.interventions.active],
        tasks: null,
        metrics: false,
      },
  )
  readonly traceWanted: TraceRequest | null = $derived(
    this.reading && this.point ? { ...this.reading, ...this.point } : null,
  )

  /** The share of the traced pixel that came from one task's queries (null = every task's); null without a trace. */
  shareOf(task: TaskId | null): number | null {
    const { shown } = this.told
    if (!shown) return null
    const sources = shown.answer.sources.filter((source) => task === null || source.task === task)
    return sources.reduce((sum, { pixels, token, replaced }) => sum + pixels + token + replaced, 0)
  }

  /** The pointer is on a pixel; beside the photo (null) the last one is kept. */
  hoverAt(point: TracePoint | null): void {
    const { hover } = this
    if (!point || (hover?.task === point.task && hover.x === point.x && hover.y === point.y)) return
    this.hover = point
  }
  /** Pins a pixel, the traced one unless another is given. */
  pinAt(point: TracePoint | null = this.point): void {
    if (!point) return
    this.pin = point
    this.view = 'sources'
  }
  unpin(): void {
    this.pin = null
  }
  /** Moves the pin inside the photo; nothing happens without one. */
  movePin(right: number, down: number): void {
    const size = this.parts.sample()
    if (!this.pin || !size) return
    const clamp = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at))
    this.pin = {
      ...this.pin,
      x: clamp(this.pin.x + right, size.width),
      y: clamp(this.pin.y + down, size.height),
    }
  }
  /** Cuts a link or takes the cut back. */
  toggleCut(link: LinkAddress): void {
    this.interventions.toggle(link)
    this.#showChange()
  }
  /** Mutes queries, or lets them be heard again. */
  toggleQueries(queries: QueriesAddress): void {
    this.interventions.toggleQueries(queries)
    this.#showChange()
  }
  /** What a cut changes is shown in the panes; without any they go back to what is looked at. */
  #showChange(): void {
    const isCut = this.interventions.active.length > 0
    if (isCut && this.view !== 'prediction') this.view = 'difference'
    else if (!isCut && this.view === 'difference')
      this.view = this.tab === 'queries' && this.queries.chosen ? 'query' : 'sources'
  }
  /** Forgets what was computed by the names of samples: another folder or model is open, or photos changed. */
  forget(): void {
    this.intervened.forget()
    this.influence.forget()
    this.effects.clear()
  }
  /** Another sample is open, or none (null): the engine may forget the attention of the one before. */
  leaveFor(sample: string | null): void {
    this.influence.leaveFor(sample)
    const left = this.#kept
    if (left === null || left === sample) return
    this.#kept = null
    // An engine that cannot be asked, or no longer has the sample, keeps nothing of it.
    void this.parts.client.close(left).catch(() => undefined)
  }
  /** Looks at one query, or at none. */
  choose(query: QueryAddress | null): void {
    this.queries.chosen = query
    if (query) this.view = 'query'
    else if (this.view === 'query') this.view = 'sources'
  }
}
