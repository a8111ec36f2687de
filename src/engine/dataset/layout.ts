import type { SampleProblem, TaskInfo } from '../../shared/contract'
import type { LabelFormat } from './formats/format'

/** A folder that may hold a task's labels, one file `<folder>/<id>.<format.extension>` per sample. */
export interface LabelPlace {
  /** Relative to the root, forward slashes, e.g. `semseg/VOC12`. */
  readonly folder: string
  readonly format: LabelFormat
  /** A second file of the sample that decoding and encoding need. */
  readonly companion?: { readonly folder: string; readonly extension: string }
  /** The label is derived from the file, which is never written. */
  readonly readOnly?: boolean
}

export interface LabelLayout {
  readonly task: TaskInfo
  /** In order of preference: the first file that exists is read. */
  readonly places: readonly LabelPlace[]
  /** Index of the place that a corrected label without a writable file goes to. */
  readonly write: number
  /** Offered even when none of its folders exists; a sample without a file is then no problem. */
  readonly optional?: boolean
}

/** Where the photos, lists and labels of one kind of data set lie. */
export interface Layout {
  readonly name: string
  readonly photos: {
    /** Relative to the root; empty for the root itself. */
    readonly folder: string
    /** Without the dot, lower case; files are matched whatever their case. */
    readonly extensions: readonly string[]
    /** Photos in folders below belong to the data set; an id is then the path without extension, with forward slashes. */
    readonly nested?: boolean
  }
  /** Folder of the id lists `<split>.txt`, or list files and ids by split; null when the photos themselves are the list. */
  readonly splits: string | Readonly<Record<string, string | readonly string[]>> | null
  readonly labels: readonly LabelLayout[]
  /** Files that describe the folder; a folder of predictions needs copies of them to be opened. */
  readonly files?: readonly string[]
  /** What one must know of this data set, shown with its name. */
  readonly note?: string
  /** Problems found before its files were looked at. */
  readonly problems?: readonly SampleProblem[]
}

/** A sample's file in a folder of the layout. */
export function fileIn(folder: string, id: string, extension: string): string {
  return `${folder === '' ? '' : `${folder}/`}${id}.${extension}`
}
