import {
  AppError,
  errorFromProblem,
  isOfOneSample,
  problemFrom,
  type ErrorCode,
  type Problem,
} from '../../shared/errors'
import type { KeyedImage } from '../../shared/inference-protocol'
import type { Dataset } from '../dataset/dataset'
import type { Progress } from '../jobs'
import { PhotoHashes } from '../predictions/photo-hash'
import { Pace } from './pace'

export interface Skipped {
  readonly sample: string
  readonly code: ErrorCode
  readonly message: string
}
export interface Samples {
  readonly dataset: Dataset
  readonly ids: readonly string[]
  readonly signal?: AbortSignal
  /** Counts samples, unless there is one only: then what is done of it is told by others. */
  readonly progress?: Progress
}

/**
 * Goes through samples in order: what `known` has of a photo, else what `measure` finds. Those that cannot be read or run
 * are skipped and named. Throws `cancelled`, every failure that is not one sample's, and the first failure when none succeeded.
 */
export async function eachSample<T>(
  { dataset, ids, signal, progress }: Samples,
  steps: {
    /** `photo` is the photo's hash. */
    readonly known: (id: string, photo: string) => Promise<T | null>
    readonly measure: (id: string, image: KeyedImage) => Promise<T>
    readonly use: (id: string, found: T) => void
  },
): Promise<{ readonly skipped: readonly Skipped[]; readonly reused: number }> {
  const photos = new PhotoHashes()
  const pace = new Pace()
  const skipped: Skipped[] = []
  let [used, reused] = [0, 0]
  let failure: Problem | null = null
  for (const [index, id] of ids.entries()) {
    if (signal?.aborted) throw new AppError('cancelled', `stopped after ${index} of ${ids.length} images`)
    if (ids.length > 1) progress?.(index, ids.length, [id, pace.text(ids.length - index)].join(' ').trim())
    try {
      const photo = await photos.of(dataset, id)
      let found = await steps.known(id, photo)
      if (found !== null) reused++
      else {
        found = await steps.measure(id, { key: photo, ...(await dataset.readPhoto(id)) })
        pace.step()
      }
      steps.use(id, found)
      used++
    } catch (error) {
      const problem = problemFrom(error)
      if (!isOfOneSample(problem.code)) throw error
      failure ??= problem
      skipped.push({ sample: id, code: problem.code, message: problem.message })
    }
  }
  if (used === 0)
    throw errorFromProblem(failure ?? { code: 'bad_arguments', message: 'there is no sample to measure' })
  if (ids.length > 1) progress?.(ids.length, ids.length, '')
  return { skipped, reused }
}
