import type { SampleProblem, TaskInfo } from '../../shared/contract'
import type { RgbImage } from '../../shared/image'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'

/** An open data-set folder. Ids, never paths, leave the engine; every path is resolved inside `root`. */
export interface Dataset {
  /** The reader's name, e.g. `nyudv2`. */
  readonly layout: string
  /** Absolute real path. */
  readonly root: string
  readonly name: string
  /** A sentence shown wherever the data set is named (e.g. that it is synthetic), from its README's first line if there is one. */
  readonly note: string | null
  readonly tasks: readonly TaskInfo[]
  readonly splits: Readonly<Record<string, readonly string[]>>
  /** Problems found by the header-only scan; reading a file can find more. */
  readonly problems: readonly SampleProblem[]
  /** Split of a sample; throws `sample_missing` for an unknown id. */
  splitOf(id: string): string
  /** Absolute path of the photo, checked to lie inside the root. */
  photoPath(id: string): Promise<string>
  /** Path of a label relative to the root with forward slashes, whether or not the file exists. */
  labelFile(id: string, task: TaskId): string
  readPhoto(id: string): Promise<RgbImage>
  /** Throws `file_missing`, `file_truncated`, `file_malformed`, `size_mismatch`, ... naming the file. */
  readLabel(id: string, task: TaskId): Promise<DenseMap>
  /** The map as a file in the folder's own encoding (used for corrections, export and predictions). */
  encodeLabel(task: TaskId, map: DenseMap): Promise<Uint8Array<ArrayBuffer>>
}

/** Recognises and opens one folder layout; the table of readers is `readers.ts`. */
export interface Reader {
  readonly layout: string
  /** What the reader looked for and what it found; `matches` decides. Reads names only. */
  probe(root: string): Promise<{ matches: boolean; finding: string }>
  open(root: string): Promise<Dataset>
}
