import type { ClassFigures, CurvePoint, ErrorHistogram, Figures } from '../../shared/metrics/metric'
import type { PublishedTable } from '../../shared/metrics/published'
import type { TaskId } from '../../shared/tasks'
import type { Skipped } from './measurer'

/** One class with its name. */
export interface NamedClass extends ClassFigures {
  readonly name: string
}

export interface TaskEvaluation {
  /** Images measured. */
  readonly samples: number
  readonly paper: Figures
  readonly strict: Figures
}

/** What `evaluate` found; printed as JSON by the command line. Percent, metres and degrees. */
export interface Evaluation {
  readonly dataset: string
  readonly layout: string
  /** `all` for every sample. */
  readonly split: string
  /** What the predictions are: a folder's path or a model's name. */
  readonly predictions: string
  /** Images measured in at least one task. */
  readonly samples: number
  readonly metrics: Readonly<Partial<Record<TaskId, TaskEvaluation>>>
  readonly perClass: Readonly<Partial<Record<TaskId, readonly NamedClass[]>>>
  /** Strict figures of each image by itself. */
  readonly perImage: Readonly<Record<string, Readonly<Partial<Record<TaskId, Figures>>>>>
  readonly curves: Readonly<Partial<Record<TaskId, readonly CurvePoint[]>>>
  readonly errors: Readonly<Partial<Record<TaskId, ErrorHistogram>>>
  readonly sources: Readonly<Partial<Record<TaskId, { readonly paper: string; readonly strict: string }>>>
  readonly published: PublishedTable | null
  /** Gain over a baseline's paper headline figures in percent; null without a baseline. */
  readonly deltaM: number | null
  readonly skipped: readonly Skipped[]
  /** Sample-task pairs whose sums an earlier run had kept. */
  readonly reused: number
  readonly seconds: number
}
