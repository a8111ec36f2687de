import type {
  DatasetInfo,
  Job,
  JobRequest,
  ModelInfo,
  Prediction,
  SampleDetail,
  SamplePage,
  ServerEvent,
  Source,
  Status,
} from '../../shared/contract'
import type { TileBytes } from '../../shared/edit'
import type { ExportPlan, ExportWish } from '../../shared/export'
import type { RgbImage } from '../../shared/image'
import type { DenseMap } from '../../shared/maps'
import type { Review } from '../../shared/review'
import type { DatasetJson } from '../../shared/dataset-json'
import type { Proposal } from '../../shared/describe'
import type { SampleQuery } from '../../shared/sample-query'
import type { TaskId } from '../../shared/tasks'
import type { ProviderReport } from '../../shared/providers'
import type { LabClient } from './lab-client'

/** A map as the engine holds it, and the revision it belongs to (0 for labels and predictions). */
export interface LoadedMap {
  readonly map: DenseMap
  readonly revision: number
}

/** One query of one task at one scale of the model. */
export interface QueryAddress {
  readonly task: TaskId
  readonly scale: number
  readonly query: number
}

/** One gesture: the tiles of every map it touched, after it. */
/** A part of the list; with `id` the answer tells where that sample stands in it. */
export interface SampleRange {
  readonly offset: number
  readonly limit: number
  readonly id?: string
}

export interface CorrectionGesture {
  /** Sent again under the same id it is not applied again. */
  readonly id: string
  readonly label: string
  readonly maps: readonly CorrectedTiles[]
}
export interface CorrectedTiles {
  readonly task: TaskId
  readonly baseRevision: number
  readonly tiles: readonly TileBytes[]
}

export interface EventListener {
  opened(): void
  lost(): void
  event(event: ServerEvent): void
}

/** Everything the interface asks of the engine. Every promise rejects with an AppError; aborting gives `cancelled`. */
export interface Client {
  status(signal?: AbortSignal): Promise<Status>
  openDataset(path: string): Promise<DatasetInfo>
  /** What a folder looks like, as a description to be confirmed. */
  describe(path: string): Promise<Proposal>
  /** Writes a folder's `dataset.json`. */
  writeDescription(path: string, json: DatasetJson): Promise<DatasetJson>
  openModel(path: string): Promise<ModelInfo>
  /** What runs the open model, and why the other providers do not. */
  providers(): Promise<ProviderReport>
  /** Forgets all trials: the next prediction tries every provider. */
  tryProvidersAgain(): Promise<ProviderReport>
  samples(query: Partial<SampleQuery>, range: SampleRange, signal?: AbortSignal): Promise<SamplePage>
  /** The first sample of the list after `after` that is not finished, from the start again after the last. */
  nextUnfinished(query: Partial<SampleQuery>, after: string): Promise<string | null>
  sample(id: string, signal?: AbortSignal): Promise<SampleDetail>
  photoUrl(id: string): string
  thumbnailUrl(id: string): string
  /** The decoded photo, for tools that follow colours and edges. */
  pixels(id: string, signal?: AbortSignal): Promise<RgbImage>
  evaluationReportUrl(): string
  map(id: string, task: TaskId, source: Source, signal?: AbortSignal): Promise<LoadedMap>
  predict(id: string, signal?: AbortSignal): Promise<Prediction>
  /** Asks for a prediction ahead; the event `prediction` tells when there is one. */
  prefetch(id: string): Promise<void>
  /** Saves all maps of a gesture or none. Throws `revision_conflict` when a map's revision is not its `baseRevision`. */
  correct(id: string, gesture: CorrectionGesture): Promise<{ revisions: Readonly<Record<string, number>> }>
  /** Decides where the work on one label stands. */
  review(id: string, task: TaskId, review: Pick<Review, 'state' | 'comment'>): Promise<Review>
  readonly lab: LabClient
  /** What an export would write; writes nothing. */
  planExport(wish: ExportWish, signal?: AbortSignal): Promise<ExportPlan>
  startJob(request: JobRequest): Promise<Job>
  job(id: string): Promise<Job>
  cancelJob(id: string): Promise<void>
  /** Follows the engine's events, reconnecting until the returned disposer is called. */
  follow(listener: EventListener): () => void
}
