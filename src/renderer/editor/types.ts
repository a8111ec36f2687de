import type { SampleOnly, SampleSort } from '../../shared/sample-query'
import type { JobRequest, Source } from '../../shared/contract'
import type { ErrorCode } from '../../shared/errors'
import type { MapKind } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'

export type { QueryAddress } from '../api/client'
export type { QueryView, Trace } from '../api/lab-client'
export { LabMap } from '../api/lab-map'

export type Connection = 'connecting' | 'ready' | 'lost'
export type Mode = 'correct' | 'attention' | 'review'
export type Layout = 'single' | 'grid'
export type LayerSource = 'photo' | Source
/** A map of the open sample: one the engine keeps, or the prediction under the interventions of the attention lab. */
export type MapSource = Source | 'intervened'
export type SaveState = 'saved' | 'saving' | 'unsaved' | 'failed'
export type DialogId =
  'open-folder' | 'describe-folder' | 'open-model' | 'export' | 'metrics' | 'help' | 'palette'

/** What an evaluation measures. */
export type EvaluateWish = Omit<Extract<JobRequest, { kind: 'evaluate' }>, 'kind'>
export const THEMES = ['system', 'dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

/** A pixel of the photo; x to the right, y down, integers. */
export interface PixelPosition {
  readonly x: number
  readonly y: number
}

/** A task as the open data set and model describe it. */
export interface TaskView {
  readonly id: TaskId
  readonly label: string
  readonly kind: MapKind
  readonly unit: string | null
  readonly classes: readonly string[] | null
  /** Palette as [r, g, b] by class index; filled in when the data set has none. Null for tasks without classes. */
  readonly palette: readonly (readonly [number, number, number])[] | null
}

/** How a layer's colours meet what lies below it; the names of paint programs and of the canvas alike. */
export const BLEND_MODES = ['normal', 'multiply', 'screen', 'overlay', 'difference', 'luminosity'] as const
export type BlendMode = (typeof BLEND_MODES)[number]

/** One row of the layer panel. Order 0 is drawn first (at the bottom). */
export interface LayerState {
  readonly task: TaskId
  readonly source: LayerSource
  readonly visible: boolean
  /** 0..1 */
  readonly opacity: number
  readonly blend: BlendMode
  /** Nothing may change the pixels of a locked layer. */
  readonly locked: boolean
  /** Borders between regions instead of areas. */
  readonly outlined: boolean
  readonly order: number
  readonly available: boolean
  /** Grows with every change of the pixels; 0 before they are loaded. */
  readonly revision: number
}

/** One row of the class legend. */
export interface LegendEntry {
  readonly index: number
  readonly name: string
  /** CSS colour. */
  readonly colour: string
  readonly hidden: boolean
  /** Pixels of this class in the shown map. */
  readonly pixels: number
}

/** One value under the cursor, ready to print. */
export interface ReadoutEntry {
  readonly task: TaskId
  readonly source: Source
  readonly text: string
  /** CSS colour the value has on the canvas, null where it is transparent. */
  readonly colour: string | null
}

export interface NoticeAction {
  readonly label: string
  run(): void
}
export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'warn' | 'error'
  readonly code: ErrorCode | null
  readonly message: string
  readonly actions: readonly NoticeAction[]
}

export type { SampleOnly, SampleSort }
export interface SampleFilter {
  readonly split: string | null
  readonly only: SampleOnly
  /** Part of the id; empty = every sample. */
  readonly text: string
}

export interface DepthWindow {
  /** Metres. */
  readonly min: number
  readonly max: number
  /** True while the range follows the sample. */
  readonly auto: boolean
}

/** The prediction in progress or the last one of the open sample. */
export interface PredictionState {
  readonly running: boolean
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly seconds: number | null
  readonly provider: string | null
  readonly cached: boolean
}

export interface HistoryItem {
  readonly label: string
  /** False for entries that are undone and can be redone. */
  readonly done: boolean
}
