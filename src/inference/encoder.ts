import { Tensor } from 'onnxruntime-node'
import { findTensor } from '../shared/card-graphs'
import type { KeyedImage } from '../shared/inference-protocol'
import type { Placement } from '../shared/resample'
import type { Model, Values } from './model'
import { preprocess } from './preprocess'

/** What the encoder (or the single graph) gave for one image. */
export interface Encoded {
  readonly values: Values
  readonly placed: Placement
  /** Wall seconds of the run. */
  readonly seconds: number
}

/** Images whose encoder results stay in memory: hovering and cutting links on them needs no second run. */
const KEPT_IMAGES = 3

/**
 * Runs the encoder of one model and keeps its last results by image. Attention is several times as large as the rest:
 * only the last image's is kept, and that until it is forgotten.
 */
export class Encoder {
  readonly #kept = new Map<string, Encoded>()
  #attention: { readonly key: string; readonly values: Values } | null = null

  constructor(readonly model: Model) {}

  /** The image's results with `names` among them; `fresh` says whether the graph had to be run. */
  async encode(image: KeyedImage, names: readonly string[]): Promise<Encoded & { fresh: boolean }> {
    const kept = this.#kept.get(image.key)
    const values = { ...kept?.values, ...(this.#attention?.key === image.key && this.#attention.values) }
    if (kept && names.every((name) => name in values)) {
      this.#keep(image.key, kept)
      return { ...kept, values, fresh: false }
    }
    const encoded = await runOnImage(this.model, 'encoder', image, names)
    const [attention, rest] = this.#split(encoded.values)
    if (Object.keys(attention).length > 0) this.#attention = { key: image.key, values: attention }
    this.#keep(image.key, { ...encoded, values: rest })
    return { ...encoded, fresh: true }
  }

  forgetAttention(): void {
    this.#attention = null
  }

  #split(values: Values): [attention: Values, rest: Values] {
    const names = new Set(
      this.model
        .graph('encoder')
        .outputs.filter(({ role }) => role === 'encoder_attention')
        .map(({ name }) => name),
    )
    const part = (wanted: boolean): Values =>
      Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name) === wanted))
    return [part(true), part(false)]
  }

  #keep(key: string, encoded: Encoded): void {
    this.#kept.delete(key)
    this.#kept.set(key, encoded)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_IMAGES) break
      this.#kept.delete(oldest)
    }
  }
}

/** Feeds an image to a graph whose one input has the role `image`. */
export async function runOnImage(
  model: Model,
  name: string,
  image: KeyedImage,
  fetch: readonly string[],
): Promise<Encoded> {
  const { input } = model.card
  const { data, placed } = preprocess(image, input)
  const feed = findTensor(model.graph(name).inputs, 'image')?.name ?? 'image'
  const start = performance.now()
  const values = await model.run(
    name,
    { [feed]: new Tensor('float32', data, [1, 3, input.height, input.width]) },
    fetch,
  )
  return { values, placed, seconds: (performance.now() - start) / 1000 }
}
