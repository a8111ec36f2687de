import type { TaskInfo } from '../../shared/contract'
import type { LabelFormat } from './formats/format'

/** A layout of the form `<folder>/<id>.<extension>` with id lists in `gt_sets/<split>.txt`. */
export interface Layout {
  readonly name: string
  readonly photos: { readonly folder: string; readonly extension: 'png' }
  readonly splits: string
  readonly labels: readonly LabelFolder[]
}
export interface LabelFolder {
  readonly folder: string
  readonly format: LabelFormat
  readonly task: TaskInfo
}
