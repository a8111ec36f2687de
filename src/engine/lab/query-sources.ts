import { AppError } from '../../shared/errors'
import { sourceKey, sourcesOf, type Intervention, type QuerySource } from '../../shared/lab/intervention'
import { samplesOfSplit } from '../dataset/choose'
import type { Dataset } from '../dataset/dataset'
import type { AskOptions } from './ask'
import { imageOf, type LabModel } from './lab-model'
import { meanQueries } from './mean-queries'

type Queries = Float32Array<ArrayBuffer>

/** Encoder queries that interventions put in the place of an image's own: of another sample, or the mean of a split. */
export class QuerySources {
  /** Kept by source; a failure is asked again. */
  readonly #known = new Map<string, Promise<Queries>>()

  constructor(
    private readonly dataset: Dataset,
    private readonly model: LabModel,
    /** Where means are kept for the next run. */
    private readonly cacheDir: string,
  ) {}

  /** What `ask` needs for these interventions. Its answers throw as `meanQueries`, `Dataset.readPhoto` and `ask`. */
  for(interventions: readonly Intervention[]): NonNullable<AskOptions['queriesOf']> {
    const sources = new Map(sourcesOf(interventions).map((source) => [sourceKey(source), source]))
    return async (key) => {
      const source = sources.get(key)
      if (!source) throw new AppError('internal', `${key} is no source of these interventions`)
      const known = this.#known.get(key)
      if (known) return known
      const made = this.#make(source)
      this.#known.set(key, made)
      made.catch(() => this.#known.delete(key))
      return made
    }
  }

  async #make(source: QuerySource): Promise<Queries> {
    const { dataset, model, cacheDir } = this
    if (source.kind === 'sample') {
      const { id } = dataset.sample(source.sample)
      return model.queries(imageOf({ key: `queries of ${id}`, ...(await dataset.readPhoto(id)) }))
    }
    return meanQueries({
      dataset,
      ids: samplesOfSplit(dataset, source.split),
      model: model.ref.hash,
      cacheDir,
      queriesOf: (image) => model.queries(imageOf(image)),
    })
  }
}
