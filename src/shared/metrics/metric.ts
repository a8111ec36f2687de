import type { DenseMap } from '../maps'

/**
 * What one image, or any number of them, adds to a task's figures: named lists of numbers that add up element by element.
 * Every figure is computed from sums, so images can be measured in any process and merged.
 */
export type Tally = Readonly<Record<string, readonly number[]>>

/** Named figures of one mode; null where nothing could be measured (e.g. no valid pixel). */
export type Figures = Readonly<Record<string, number | null>>

/** What a metric needs to know of the data set. */
export interface MetricContext {
  /** Number of classes of a class task. */
  readonly classes: number
  /**
   * What the papers' loaders make of a stored zero normal: `ignored` where the file can hold a zero vector, `direction`
   * where it cannot (8-bit PNG: (128, 128, 128) is read as (1, 1, 1) / sqrt 3 and counts).
   */
  readonly zeroNormals: 'ignored' | 'direction'
  /** Largest distance of matching boundary pixels as a part of the image's diagonal. */
  readonly boundaryTolerance: number
}

export interface ClassFigures {
  readonly index: number
  /** Percent; null when neither label nor prediction has the class. */
  readonly iou: number | null
  readonly labelPixels: number
  readonly predictedPixels: number
  readonly commonPixels: number
}
export interface CurvePoint {
  readonly threshold: number
  readonly precision: number
  readonly recall: number
  readonly f: number
}
/** Pixels by size of the error; bin i holds errors from i * width to (i + 1) * width, the last one all larger ones too. */
export interface ErrorHistogram {
  readonly unit: string
  readonly width: number
  readonly counts: readonly number[]
}

export interface TaskFigures {
  /** As the papers' code computes them; each metric's file names the repository it follows. */
  readonly paper: Figures
  /** Over the pixels and classes that the labels define. */
  readonly strict: Figures
  readonly classes: readonly ClassFigures[] | null
  readonly curve: readonly CurvePoint[] | null
  readonly errors: ErrorHistogram | null
}

/** One task's metric; the table is in `index.ts`. */
export interface TaskMetric {
  /** The strict figure an image is ranked by, and whether more is better. */
  readonly headline: { readonly figure: string; readonly higherIsBetter: boolean }
  /** Whose code the paper figures follow, and what the strict ones do differently; printed with the figures. */
  readonly sources: { readonly paper: string; readonly strict: string }
  /** Throws `size_mismatch` and `value_out_of_range` (another kind of map). */
  measure(label: DenseMap, prediction: DenseMap, context: MetricContext): Tally
  figures(tally: Tally, context: MetricContext): TaskFigures
}

/** part / whole in percent; null for an empty whole. */
export function percent(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null
}

export function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

export function mean(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null
}
