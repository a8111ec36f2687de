import type { LinkAddress } from '../../../editor/lab/changes'

/** A row or column: a short name for its head and the full one for sentences. */
export interface MatrixName {
  readonly short: string
  readonly full: string
}

export interface MatrixCell {
  /** Null where nothing could be measured. */
  readonly value: number | null
  /** The value as it stands in the cell. */
  readonly text: string
  /** Place on the shared colour scale, 0..1; null = a number that is not on it. */
  readonly share: number | null
  /** The cell in words. */
  readonly sentence: string
  /** What a click cuts; null = nothing. */
  readonly link: LinkAddress | null
  /** What is left of the link under the interventions: 1 = all of it, 0 = it is cut. */
  readonly factor: number
}

/** One matrix of a row of small multiples. Rows are targets that read, columns sources that are read. */
export interface MatrixView {
  readonly key: string
  readonly title: string
  readonly rows: readonly MatrixName[]
  readonly columns: readonly MatrixName[]
  readonly cells: readonly (readonly MatrixCell[])[]
  /** Columns from here on stand apart: they are no sources one could cut. */
  readonly apart: number
}

/** Several matrices on one colour scale. */
export interface MatrixGroup {
  readonly title: string
  readonly views: readonly MatrixView[]
  /** The ends of the colour scale, in words. */
  readonly from: string
  readonly to: string
}

/** At most four characters: a number as it fits into a cell. */
export function cellText(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 0.005) return '<.01'
  if (size < 1) return value.toFixed(2).replace('0.', '.')
  return size < 10 ? value.toFixed(1) : Math.round(value).toString()
}
