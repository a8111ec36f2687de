import type { ExportOptions } from '../../shared/export'

export interface ModelName {
  readonly name: string
  readonly hash: string
}

export interface ExportRequest {
  readonly out: string
  readonly format: string
  /** Samples with corrections only; in the data set's own layout the corrected files alone, to be laid over a copy. */
  readonly onlyCorrected: boolean
  readonly dryRun: boolean
  readonly options: ExportOptions
  /** Throws away what a stopped export to the same folder left instead of continuing it. */
  readonly restart: boolean
  /** The model that is open. */
  readonly model: ModelName | null
  /** Threads to use; null = as many as cores where there is enough to do. */
  readonly threads: number | null
}
