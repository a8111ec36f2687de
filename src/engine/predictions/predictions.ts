import type { ModelInfo, Prediction } from '../../shared/contract'
import type { DenseMap } from '../../shared/maps'
import type { ProviderReport } from '../../shared/providers'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import type { LabImage } from '../lab/ask'
import type { LabModel } from '../lab/lab-model'

/** Runs the model on samples and keeps the results by model hash and sample. Implemented in `service.ts`. */
export interface Predictions {
  readonly model: ModelInfo | null
  /** Where results are kept. */
  readonly cacheDir: string
  /** Checks a bundle (card, hashes) and makes it the current model. Throws `bundle_invalid`, `bundle_hash_mismatch`. */
  openModel(bundle: string): Promise<ModelInfo>
  /** True when a finished prediction of the current model is in the cache. */
  has(dataset: Dataset, id: string): Promise<boolean>
  /** Cached or computed. Aborting cancels: a run in progress is killed. Throws `cancelled`, `inference_crashed`, ... */
  predict(dataset: Dataset, id: string, signal?: AbortSignal): Promise<Prediction>
  /** Predicts ahead while the model is not in use; any other call that runs it stops this. True when it was computed. */
  prefetch(dataset: Dataset, id: string): Promise<boolean>
  /** One predicted map at the photo's size. Throws `not_found` before a prediction. */
  map(dataset: Dataset, id: string, task: TaskId): Promise<DenseMap>
  /** Which provider runs the open model, and why the others do not. Throws `not_found` without a model. */
  providers(): ProviderReport
  /** Forgets all trials of the open model: its next run tries every provider. Throws `not_found`, `write_failed`. */
  tryProvidersAgain(): Promise<ProviderReport>
  /** The open model as one whose links can be cut. Throws `not_found` without a model, `capability_missing` for a single graph. */
  labModel(): LabModel
  /** A predicted sample for the attention lab. Throws `not_found` before a prediction. */
  labImage(dataset: Dataset, id: string): Promise<LabImage>
  dispose(): Promise<void>
}
