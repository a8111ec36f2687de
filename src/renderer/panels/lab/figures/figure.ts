import type { Markup } from '../../../../shared/markup'

/** One axis of a figure's numbers; `labels` name its places in order. */
export interface FigureAxis {
  readonly name: string
  readonly labels: readonly string[]
}

/** Numbers behind a figure in C order, one axis per dimension, slowest first. */
export interface FigureArray {
  readonly name: string
  readonly axes: readonly FigureAxis[]
  /** What a number means, e.g. `share of attention` or `m`. */
  readonly unit: string
  readonly data: Float32Array | Float64Array
}

/** A drawing in SVG user units (CSS pixels at scale one). `body` stands on white. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly body: Markup
}

/** What can be saved: a drawing and the numbers it shows. */
export interface Figure {
  /** Part of the file's name: lower case, words joined by `-`. */
  readonly name: string
  readonly title: string
  readonly picture: Picture
  readonly arrays: readonly FigureArray[]
}

/** Everything needed to make a figure again. Saved inside every file. */
export interface Provenance {
  readonly figure: string
  readonly model: { readonly name: string; readonly hash: string } | null
  readonly dataset: string | null
  /** The image or split the figure was computed from. */
  readonly of: string
  readonly weighting: string
  readonly head: string
  /** The active interventions in order, as they are saved. */
  readonly interventions: readonly unknown[]
  /** Further settings of this figure, e.g. the region. */
  readonly settings: Readonly<Record<string, string>>
  readonly program: string
  /** ISO 8601. */
  readonly date: string
}
