import type { SampleProblem, TaskInfo } from '../../shared/contract'
import type { RgbImage } from '../../shared/image'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'

export interface SampleRef {
  readonly id: string
  readonly split: string
}

/** What the headers of one sample's files say. */
export interface SampleInfo extends SampleRef {
  /** The photo's size; 0 when its header could not be read. */
  readonly width: number
  readonly height: number
  /** Tasks whose label file exists, has a readable header and the photo's size. */
  readonly labels: readonly TaskId[]
  readonly problems: readonly SampleProblem[]
}

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
  /** Files below the root that describe the folder: a folder of predictions needs copies of them to be opened. */
  readonly files: readonly string[]
  /** The first problems found so far: those of the lists at opening, those of files by `scan`; values are not read. */
  readonly problems: readonly SampleProblem[]
  /** All problems found so far. */
  readonly problemCount: number
  /** Problems of one sample found so far. */
  problemCountOf(id: string): number
  /** Samples that `scan` has looked at. */
  readonly scanned: number
  /** Reads the header of every file once; a second call waits for the first. Aborting stops it early, without an error. */
  scan(progress?: (done: number, total: number) => void, signal?: AbortSignal): Promise<void>
  /** Folders of photos, labels and lists, relative to the root. */
  readonly folders: readonly string[]
  /** Takes in that a file in one of `folders` changed. Its sample's id; null when it belongs to none that is listed. */
  noticed(folder: string, name: string): Promise<string | null>
  /** Throws `sample_missing` for an unknown id. */
  sample(id: string): SampleRef
  /** Reads the headers of one sample's files now. Throws `sample_missing`. */
  describe(id: string): Promise<SampleInfo>
  /** Path of a split's id list relative to the root, with forward slashes; null when there is no such file. */
  splitFile(split: string): string | null
  /** Path of the photo relative to the root with forward slashes. Throws `sample_missing`. */
  photoFile(id: string): string
  /** Absolute path of the photo with links resolved, checked to lie inside the root. */
  photoPath(id: string): Promise<string>
  /** True when a file holds this label. */
  hasLabel(id: string, task: TaskId): boolean
  /** Path, relative to the root with forward slashes, of the file the label is read from; `writeFile` when there is none. */
  labelFile(id: string, task: TaskId): string
  /** Path of the file a corrected label is exported to; another one than `labelFile` where that holds what the label is derived from. */
  writeFile(id: string, task: TaskId): string
  readPhoto(id: string): Promise<RgbImage>
  /** Throws `file_missing`, `file_truncated`, `file_malformed`, `size_mismatch`, ... naming the file. */
  readLabel(id: string, task: TaskId): Promise<DenseMap>
  /**
   * The label and the file it was decoded from; without a file, the map such a label starts from (`emptyMap`) and null.
   * Throws as `readLabel`.
   */
  readOrEmpty(
    id: string,
    task: TaskId,
  ): Promise<{ readonly map: DenseMap; readonly bytes: Uint8Array<ArrayBuffer> | null }>
  /** The bytes of `labelFile`; null when there is none. */
  readLabelFile(id: string, task: TaskId): Promise<Uint8Array<ArrayBuffer> | null>
  /** Decodes bytes in the encoding of `file`, which is what `labelFile` or `writeFile` gave. */
  decodeLabel(id: string, task: TaskId, bytes: Uint8Array, file: string): Promise<DenseMap>
  /**
   * The map as the content of `writeFile` (used for export and predictions). With `original`, the bytes of the file it
   * replaces, that file's bit depth, palette and dtype are kept, and so is every value left as it was.
   */
  encodeLabel(
    id: string,
    task: TaskId,
    map: DenseMap,
    original?: Uint8Array<ArrayBuffer> | null,
  ): Promise<Uint8Array<ArrayBuffer>>
  /** Largest difference between a map's value and the value read back from `writeFile`; 0 = exact. */
  encodingTolerance(id: string, task: TaskId): number
}

/** Recognises and opens one folder layout; the table of readers is `readers.ts`. */
export interface Reader {
  readonly layout: string
  /** What the reader looked for and what it found; `matches` decides. Reads names only. */
  probe(root: string): Promise<{ matches: boolean; finding: string }>
  open(root: string): Promise<Dataset>
}
