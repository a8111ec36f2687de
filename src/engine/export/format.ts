import type { SampleProblem } from '../../shared/contract'
import type { ExportOptions } from '../../shared/export'
import type { TaskId } from '../../shared/tasks'
import type { Workspace } from '../services'

/** A few files that are written together by one thread: a copied file, or what becomes of one label or photo. */
export interface Unit {
  /** Relative to the target, forward slashes; no two units share one, and the first names the unit. */
  readonly files: readonly string[]
  /** Null for files that belong to no sample. */
  readonly sample: string | null
  /** Null for photos and files of the whole folder. */
  readonly task: TaskId | null
  /** The file it is made of, relative to the data set; null for a label that was drawn without one. */
  readonly source: string | null
  /** The label has corrections. */
  readonly corrected: boolean
  /** Copied byte for byte instead of encoded. */
  readonly copy: boolean
}

/** A file written once all units are: lists, class names, annotations. */
export interface TextFile {
  readonly file: string
  /** Its content in pieces. */
  readonly content: (written: WrittenUnits) => Iterable<string> | AsyncIterable<string>
}
export interface WrittenUnits {
  /** What a unit left; null when it was skipped. */
  readonly fragmentOf: (unit: Unit) => Promise<unknown>
  /** Sums of `Encoded.lost`. */
  readonly lost: Readonly<Record<string, number>>
}

/** Everything an export will write. */
export interface Draft {
  readonly units: readonly Unit[]
  readonly texts: readonly TextFile[]
  /** Folders that exist even when empty. */
  readonly folders: readonly string[]
  readonly losses: readonly string[]
  readonly notExported: readonly string[]
  readonly skipped: readonly SampleProblem[]
}

/** One label that had corrections, as it was written. */
export interface Correction {
  readonly revision: number
  readonly pixelsChanged: number
  /** Change of the pixel count by class name (`void` = ignored); null for maps without classes. */
  readonly classPixels: Readonly<Record<string, number>> | null
}

export interface EncodedFile {
  readonly file: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /**
   * Decodes what was read back from the disk and compares it with the map: the largest difference that the encoding
   * allows for, 0 = exact. Throws `export_mismatch`.
   */
  readonly check: (readBack: Uint8Array<ArrayBuffer>) => Promise<number>
}
export interface Encoded {
  /** In the order of the unit's files. */
  readonly files: readonly EncodedFile[]
  readonly correction: Correction | null
  /** Values the encoding changed, by the sentence that says so in the report: pixels. */
  readonly lost: Readonly<Record<string, number>>
  /** What was found wrong without keeping the files from being written. */
  readonly problems?: readonly SampleProblem[]
  /** Kept for `WrittenUnits.fragmentOf`, as JSON. */
  readonly fragment?: unknown
}

/** One way to write a data set; the table is `formats.ts`. Its parts run in different threads and share no state. */
export interface ExportFormat {
  readonly name: string
  /** Lists what will be written. Throws `bad_arguments` when the data set cannot be written so. */
  draft(workspace: Workspace, wanted: Wanted): Promise<Draft>
  /** The files of one unit that is not a copy. Throws as reading a label does. */
  encode(workspace: Workspace, unit: Unit, options: ExportOptions): Promise<Encoded>
}
export interface Wanted {
  readonly onlyCorrected: boolean
  readonly options: ExportOptions
}
