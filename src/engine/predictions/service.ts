import type { ModelInfo, Prediction } from '../../shared/contract'
import { AppError, type ErrorCode } from '../../shared/errors'
import type { KeyedImage, ModelRef } from '../../shared/inference-protocol'
import type { ProviderChoice } from '../../shared/providers'
import type { TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { InferenceHost } from '../inference/host'
import { forkInference, type SpawnInference } from '../inference/spawn'
import { TrialMemory } from '../inference/trial-memory'
import { LabModel } from '../lab/lab-model'
import { modelInfoOf, openBundle } from './bundle'
import { PredictionCache, totalSeconds, type CacheKey, type CachedPrediction } from './cache'
import { cacheFolder } from './cache-folder'
import { PhotoHashes } from './photo-hash'
import { plainForward } from './plain-forward'
import type { Predictions } from './predictions'
import { Prefetcher } from './prefetch'

export interface PredictionsOptions {
  readonly provider?: ProviderChoice
  readonly cacheDir?: string
  readonly spawn?: SpawnInference
}

const UNREADABLE: ReadonlySet<ErrorCode> = new Set(['file_missing', 'path_outside_root'])

export function createPredictions(options: PredictionsOptions = {}): Predictions {
  const cacheDir = options.cacheDir ?? cacheFolder()
  const memory = new TrialMemory(cacheDir)
  const spawn = options.spawn ?? forkInference
  const host = new InferenceHost({ memory, spawn, onJob: () => ahead.stop() })
  const ahead = new Prefetcher(spawn, () => host.busy)
  const cache = new PredictionCache(cacheDir)
  const photos = new PhotoHashes()
  let current: { ref: ModelRef; info: ModelInfo } | null = null
  /** The photo the lab was asked about last, and its size: a pointer asks for it many times a second. */
  let looked: (CacheKey & { readonly width: number; readonly height: number }) | null = null
  /** The photo decoded last: hovering asks for many maps of one photo. */
  let decoded: KeyedImage | null = null

  function opened(): { ref: ModelRef; info: ModelInfo } {
    if (!current) throw new AppError('not_found', 'no model is open; open a model bundle first')
    return current
  }

  async function keyOf(dataset: Dataset, id: string): Promise<CacheKey> {
    return { model: opened().ref.hash, photo: await photos.of(dataset, id) }
  }

  async function imageOf(dataset: Dataset, id: string, key: string): Promise<KeyedImage> {
    if (decoded?.key !== key) decoded = { key, ...(await dataset.readPhoto(id)) }
    return decoded
  }

  async function finished(key: CacheKey, id: string): Promise<CachedPrediction> {
    const entry = await cache.read(key)
    if (!entry) throw notPredicted(id)
    return entry
  }

  return {
    cacheDir,
    get model() {
      return current?.info ?? null
    },

    async openModel(folder) {
      const bundle = await openBundle(folder)
      const { directory, hash, card } = bundle
      const info = modelInfoOf(bundle)
      current = { ref: { directory, hash, card, provider: options.provider ?? 'auto' }, info }
      return info
    },

    async has(dataset, id) {
      if (!current || !(await cache.hasAny(current.ref.hash))) return false
      try {
        return (await cache.read(await keyOf(dataset, id))) !== null
      } catch (error) {
        // Lists ask this of every sample; one without a readable photo has no prediction.
        if (error instanceof AppError && UNREADABLE.has(error.code)) return false
        throw error
      }
    },

    async predict(dataset, id, signal) {
      const { ref } = opened()
      const key = await keyOf(dataset, id)
      const known = await cache.read(key)
      if (known) return predictionOf(id, ref, known, true)
      const image = await imageOf(dataset, id, key.photo)
      const result = await host.run(ref, plainForward(image, true), { signal })
      await cache.write(key, result)
      return predictionOf(id, ref, { ...result, seconds: totalSeconds(result) }, false)
    },

    async prefetch(dataset, id) {
      const { ref } = opened()
      // Providers are tried when the user waits for a prediction, never ahead.
      const { provider } = host.report(ref)
      if (provider === null || (await this.has(dataset, id))) return false
      return ahead.run(async (queue, signal) => {
        const key = { model: ref.hash, photo: await photos.of(dataset, id) }
        const image = { key: key.photo, ...(await dataset.readPhoto(id)) }
        await cache.write(key, await queue.run({ ...ref, provider }, plainForward(image, false), { signal }))
      })
    },

    async map(dataset, id, task) {
      const map = await cache.readMap(await keyOf(dataset, id), task)
      if (map) return map
      throw opened().info.tasks.some((known) => known.id === task)
        ? notPredicted(id)
        : new AppError('not_found', `the model ${opened().info.name} does not predict ${task}`)
    },

    providers: () => host.report(opened().ref),

    async tryProvidersAgain() {
      await host.forget(opened().ref)
      return host.report(opened().ref)
    },

    labModel: () => new LabModel(host, opened().ref),

    async labImage(dataset, id) {
      const key = await keyOf(dataset, id)
      if (looked?.photo !== key.photo || looked.model !== key.model) {
        const map = (await finished(key, id)).maps[0]
        if (!map) throw notPredicted(id)
        looked = { ...key, width: map.width, height: map.height }
      }
      const { width, height } = looked
      return { key: key.photo, width, height, read: () => imageOf(dataset, id, key.photo) }
    },

    async dispose() {
      await Promise.all([ahead.dispose(), host.dispose()])
    },
  }
}

function predictionOf(
  sample: string,
  { hash }: ModelRef,
  { provider, seconds, maps }: Pick<CachedPrediction, 'provider' | 'seconds'> & { maps: { task: TaskId }[] },
  cached: boolean,
): Prediction {
  return { sample, modelHash: hash, provider, seconds, cached, tasks: maps.map(({ task }) => task) }
}

function notPredicted(id: string): AppError {
  return new AppError('not_found', `${id} has no prediction of this model yet; predict it first`)
}
