import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { KeyedImage } from '../../shared/inference-protocol'
import { fileStamp } from '../evaluate/prediction-source'
import { eachSample, type Samples } from './each-sample'
import { Records } from './records'

const meanSchema = v.object({ samples: v.number(), queries: v.array(v.number()) })

export interface MeanQueriesRequest extends Samples {
  /** The model's hash. */
  readonly model: string
  /** The encoder's queries of an image, (task, scale, query, channel). */
  readonly queriesOf: (image: KeyedImage) => Promise<Float32Array>
  readonly cacheDir: string
}

/**
 * The mean over samples of the encoder's queries, (task, scale, query, channel); computed once for the same model and
 * photos. Samples that cannot be read are left out. Throws as `eachSample`.
 */
export async function meanQueries(request: MeanQueriesRequest): Promise<Float32Array<ArrayBuffer>> {
  const { model, queriesOf } = request
  const means = new Records(request.cacheDir, 'mean-queries', model, meanSchema)
  const key = await photosKey(request)
  const known = await means.get(key)
  if (known) return Float32Array.from(known.queries)
  let sum: Float64Array | null = null
  let samples = 0
  await eachSample<Float32Array>(request, {
    known: async () => null,
    measure: (_, image) => queriesOf(image),
    use(_, queries) {
      sum ??= new Float64Array(queries.length)
      for (let i = 0; i < queries.length; i++) sum[i]! += queries[i]!
      samples++
    },
  })
  const mean = Float32Array.from(sum ?? [], (value) => value / samples)
  await means.add(key, { samples, queries: [...mean] })
  return mean
}

/** Changes when a photo does. */
async function photosKey({ dataset, ids }: Samples): Promise<string> {
  const key = createHash('sha256').update(dataset.root)
  for (const id of ids) key.update(await fileStamp(dataset.root, dataset.photoFile(id)).catch(() => id))
  return key.digest('hex')
}
