import type { SampleProblem, TaskInfo } from '../../shared/contract'
import type { RgbImage } from '../../shared/image'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'

/** What the header-only scan knows of one sample. */
export interface SampleInfo {
  readonly id: string
  readonly split: string
  /** The photo's size; 0 when its header could not be read. */
  readonly width: number
  readonly height: number
  /** Tasks whose label file exists, has a readable header and the photo's size. */
  readonly labels: readonly TaskId[]
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
  /** Problems found by the header-only scan; reading a file can find more. */
  readonly problems: readonly SampleProblem[]
  /** Throws `sample_missing` for an unknown id. */
  sample(id: string): SampleInfo
  /** Split of a sample; throws `sample_missing` for an unknown id. */
  splitOf(id: string): string
  /** Path of a split's id list relative to the root, with forward slashes. */
  splitFile(split: string): string
  /** Path of the photo relative to the root with forward slashes. Throws `sample_missing`. */
  photoFile(id: string): string
  /** Absolute path of the photo with links resolved, checked to lie inside the root. */
  photoPath(id: string): Promise<string>
  /** Path of a label relative to the root with forward slashes, whether or not the file exists. */
  labelFile(id: string, task: TaskId): string
  readPhoto(id: string): Promise<RgbImage>
  /** Throws `file_missing`, `file_truncated`, `file_malformed`, `size_mismatch`, ... naming the file. */
  readLabel(id: string, task: TaskId): Promise<DenseMap>
  /** As `readLabel`, of bytes in the folder's encoding; `file` names them in errors. */
  decodeLabel(task: TaskId, bytes: Uint8Array, file: string): Promise<DenseMap>
  /**
   * The map as a file in the folder's own encoding (used for export and predictions). With `original`, the bytes of
   * the file it replaces, that file's bit depth, palette and dtype are kept, and so is every value left as it was.
   */
  encodeLabel(
    task: TaskId,
    map: DenseMap,
    original?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>>
  /** Largest difference between a map's value and the value read back from the folder's encoding; 0 = exact. */
  encodingTolerance(task: TaskId): number
}

/** Recognises and opens one folder layout; the table of readers is `readers.ts`. */
export interface Reader {
  readonly layout: string
  /** What the reader looked for and what it found; `matches` decides. Reads names only. */
  probe(root: string): Promise<{ matches: boolean; finding: string }>
  open(root: string): Promise<Dataset>
}
