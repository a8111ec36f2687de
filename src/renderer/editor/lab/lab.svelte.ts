import type { TaskId } from '../../../shared/tasks'
import type { PixelPosition, QueryAddress } from '../types'
import type { Strides } from './changes'
import { Interventions } from './interventions.svelte'

/** A pixel of the photo as one task's decoder sees it: what a trace starts from. */
export interface TracePoint extends PixelPosition {
  readonly task: TaskId
}

/** Attention weights times the norm of what they carry, or the weights alone. */
export const WEIGHTINGS = ['contribution', 'raw'] as const
export type Weighting = (typeof WEIGHTINGS)[number]

export const LAB_TABS = ['flow', 'queries', 'matrices', 'interventions', 'influence'] as const
export type LabTab = (typeof LAB_TABS)[number]

/**
 * What the panes show in Attention mode: where the traced pixel comes from, what the chosen query reads or writes, the
 * (intervened) prediction, or what an intervention changed in it.
 */
export const LAB_VIEWS = ['sources', 'query', 'prediction', 'difference'] as const
export type LabView = (typeof LAB_VIEWS)[number]

/** What every view of the attention lab shares: the pixel and the query looked at, how attention is read, and what was cut. */
export class Lab {
  /** A pixel that stays until it is unpinned. */
  pin: TracePoint | null = $state.raw(null)
  /** The pixel under the pointer, and the last one after the pointer has left: panels are read with the pointer elsewhere. */
  hover: TracePoint | null = $state.raw(null)
  /** The pixel that is traced. */
  readonly point: TracePoint | null = $derived(this.pin ?? this.hover)
  /** One head, or null for all of them together. */
  head: number | null = $state(null)
  weighting: Weighting = $state('contribution')
  /** The scale whose maps the panes show; null = all of them added up. */
  scale: number | null = $state(null)
  /** The query that is looked at. */
  query: QueryAddress | null = $state.raw(null)
  tab: LabTab = $state('matrices')
  view: LabView = $state('sources')
  /** Cuts, factors and swaps in order; every view shows the model with the active ones. */
  readonly interventions: Interventions

  /** `strides` of the open model's scales, fine to coarse; they name the scales. */
  constructor(strides: () => Strides) {
    this.interventions = new Interventions(strides)
  }

  /** The pointer is on a pixel; beside the photo (null) the last one is kept. */
  hoverAt(point: TracePoint | null): void {
    const { hover } = this
    if (!point || (hover?.task === point.task && hover.x === point.x && hover.y === point.y)) return
    this.hover = point
  }
  /** Pins a pixel, the one under the pointer unless another is given. */
  pinAt(point: TracePoint | null = this.hover): void {
    if (!point) return
    this.pin = point
    this.view = 'sources'
  }
  unpin(): void {
    this.pin = null
  }
  /** Moves the pin inside an image of this size; nothing happens without one. */
  movePin(right: number, down: number, { width, height }: { width: number; height: number }): void {
    if (!this.pin) return
    const clamp = (at: number, size: number): number => Math.min(size - 1, Math.max(0, at))
    this.pin = { ...this.pin, x: clamp(this.pin.x + right, width), y: clamp(this.pin.y + down, height) }
  }
  /** Looks at one query, or at none. */
  choose(query: QueryAddress | null): void {
    this.query = query
    if (query) this.view = 'query'
    else if (this.view === 'query') this.view = 'sources'
  }
}
