import { AppError } from '../../shared/errors'
import { sourceKey, sourcesOf, type Intervention, type QuerySource } from '../../shared/lab/intervention'
import { samplesOfSplit } from '../dataset/choose'
import type { Dataset } from '../dataset/dataset'
import type { AskOptions } from './ask'
import { PhotoHashes } from '../predictions/photo-hash'
import { imageOf, type LabModel } from './lab-model'
import { meanQueries } from './mean-queries'

type Queries = Float32Array<ArrayBuffer>

/** Queries on their way, and how many questions wait for them. */
interface Making {
  readonly made: Promise<Queries>
  readonly stop: AbortController
  waiting: number
}

/** Encoder queries that interventions put in the place of an image's own: of another sample, or the mean of a split. */
export class QuerySources {
  /** Both by the photo's hash, or the key of a mean; a failure is asked again. */
  readonly #known = new Map<string, Queries>()
  readonly #making = new Map<string, Making>()
  readonly #photos = new PhotoHashes()

  constructor(
    private readonly dataset: Dataset,
    private readonly model: LabModel,
    /** Where means are kept for the next run. */
    private readonly cacheDir: string,
    /** Told how many of a split's images its mean has. */
    private readonly averaging: (split: string | null, done: number, total: number) => void = () => undefined,
  ) {}

  /**
   * What `ask` needs for these interventions. Its answers throw as `meanQueries`, `Dataset.readPhoto` and `ask`, and
   * `cancelled` once `signal` is aborted. Work that no question waits for any more is stopped: a mean may take minutes.
   */
  for(interventions: readonly Intervention[], signal?: AbortSignal): NonNullable<AskOptions['queriesOf']> {
    const sources = new Map(sourcesOf(interventions).map((source) => [sourceKey(source), source]))
    return async (key) => {
      const source = sources.get(key)
      if (!source) throw new AppError('internal', `${key} is no source of these interventions`)
      const of = source.kind === 'sample' ? await this.#photoOf(source.sample) : key
      return this.#known.get(of) ?? this.#wait(of, this.#making.get(of) ?? this.#start(of, source), signal)
    }
  }

  #photoOf(sample: string): Promise<string> {
    return this.#photos.of(this.dataset, this.dataset.sample(sample).id)
  }

  #start(key: string, source: QuerySource): Making {
    const stop = new AbortController()
    const made = this.#make(key, source, stop.signal)
    const making: Making = { made, stop, waiting: 0 }
    this.#making.set(key, making)
    const forget = (): void => {
      if (this.#making.get(key) === making) this.#making.delete(key)
    }
    made.then((queries) => {
      this.#known.set(key, queries)
      forget()
    }, forget)
    return making
  }

  #wait(key: string, making: Making, signal: AbortSignal | undefined): Promise<Queries> {
    making.waiting++
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(new AppError('cancelled', 'stopped while the queries of other photos were read'))
        if (--making.waiting > 0) return
        // Whoever asks from now on starts anew: this one ends as cancelled.
        if (this.#making.get(key) === making) this.#making.delete(key)
        making.stop.abort()
      }
      if (signal?.aborted) return leave()
      signal?.addEventListener('abort', leave)
      making.made.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave))
    })
  }

  async #make(key: string, source: QuerySource, signal: AbortSignal): Promise<Queries> {
    const { dataset, model, cacheDir } = this
    if (source.kind === 'sample') {
      const { id } = dataset.sample(source.sample)
      // The child keeps what it made of an image by its key, whatever folder is open.
      return model.queries(imageOf({ key, ...(await dataset.readPhoto(id)) }), signal)
    }
    return meanQueries({
      dataset,
      ids: samplesOfSplit(dataset, source.split),
      model: model.ref.hash,
      cacheDir,
      signal,
      progress: (done, total) => this.averaging(source.split, done, total),
      queriesOf: (image) => model.queries(imageOf(image), signal),
    })
  }
}
