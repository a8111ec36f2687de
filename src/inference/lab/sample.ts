import { findTensor, tensorOf } from '../../shared/card-graphs'
import { pixelRowOf } from '../../shared/lab/contribution'
import type { LabView } from '../../shared/lab/protocol'
import { Quantised } from '../../shared/lab/quantised'
import type { KeyedImage } from '../../shared/inference-protocol'
import type { Placement } from '../../shared/resample'
import type { Size } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import type { Encoder } from '../encoder'
import type { Model, Values } from '../model'
import { floats, nameOf, value } from '../values'
import { encoderGrams } from './grams'

type Floats = Float32Array<ArrayBuffer>

/** The queries of one scale spread over its pixels: shares of what each query consists of. */
export interface SourceMaps {
  /** (task, query, pixel) */
  readonly pixels: Floats
  /** (task, query): share of the learned token; a row of pixels and its token sum to one. */
  readonly token: Floats
}

/** What the lab keeps of one image: the encoder's results, and its attention in a compact form. */
export class LabSample {
  readonly #maps = new Map<number, SourceMaps>()
  #mapsView = ''
  readonly #grams = new Map<TaskId, readonly Floats[]>()

  private constructor(
    readonly model: Model,
    readonly key: string,
    readonly size: Size,
    readonly placed: Placement,
    /** Features and queries. */
    readonly encoded: Values,
    private readonly attention: ReadonlyMap<string, Quantised>,
    /** (task, scale, query): norms of the learned tokens; null in bundles without contributions. */
    private readonly residual: Floats | null,
  ) {}

  static async open(encoder: Encoder, image: KeyedImage): Promise<LabSample> {
    const { model } = encoder
    const { outputs } = model.graph('encoder')
    const { values, placed } = await encoder.encode(image, outputs.map(nameOf))
    const attention = new Map<string, Quantised>()
    for (const tensor of outputs)
      if (tensor.role === 'encoder_attention')
        attention.set(
          `${tensor.task} ${tensor.scale}`,
          new Quantised(floats(values, tensor), tensor.shape[2]! * tensor.shape[3]!),
        )
    // Only the compact form stays.
    encoder.forgetAttention()
    const residual = findTensor(outputs, 'encoder_residual')
    const kept = outputs.filter(({ role }) => role === 'features' || role === 'queries')
    return new LabSample(
      model,
      image.key,
      { width: image.width, height: image.height },
      placed,
      Object.fromEntries(kept.map((tensor) => [tensor.name, value(values, tensor)])),
      attention,
      residual ? floats(values, residual) : null,
    )
  }

  /** (task, scale, query, channel) of the encoder. */
  get queries(): Floats {
    return floats(this.encoded, tensorOf(this.model.graph('encoder').outputs, 'queries'))
  }

  /** Bytes of attention kept here, what is derived from it included. */
  get attentionBytes(): number {
    let sum = 0
    for (const { bytes } of this.attention.values()) sum += bytes
    for (const { pixels, token } of this.#maps.values()) sum += pixels.byteLength + token.byteLength
    for (const gram of [...this.#grams.values()].flat()) sum += gram.byteLength
    return sum
  }

  /** What every query of a scale consists of; kept for one view at a time. */
  async sourceMaps(scale: number, view: LabView): Promise<SourceMaps> {
    const viewKey = `${view.weighting} ${view.head}`
    if (viewKey !== this.#mapsView) this.#maps.clear()
    this.#mapsView = viewKey
    const known = this.#maps.get(scale)
    if (known) return known
    const { queries: N, tasks } = this.model.card
    const count = this.pixels(scale)
    const maps = {
      pixels: new Float32Array(tasks.length * N * count),
      token: new Float32Array(tasks.length * N),
    }
    for (const [index, { id }] of tasks.entries()) {
      const gram = await this.#gram(id, scale, view)
      for (let query = 0; query < N; query++) {
        const row = index * N + query
        maps.token[row] = this.#fill(id, scale, query, view, gram, maps.pixels, row * count)
      }
    }
    this.#maps.set(scale, maps)
    return maps
  }

  /**
   * What one query reads on its grid. `contribution`: shares, which with `token` sum to one. `raw`: the attention, which
   * sums to one, and no token.
   */
  async readMap(
    task: TaskId,
    scale: number,
    query: number,
    view: LabView,
  ): Promise<{ data: Floats; token: number | null }> {
    const gram = await this.#gram(task, scale, view)
    const data = new Float32Array(this.pixels(scale))
    if (view.weighting === 'raw') {
      this.#weigh(task, scale, query, view, null, data, 0)
      return { data, token: null }
    }
    return { data, token: this.#fill(task, scale, query, view, gram, data, 0) }
  }

  /** Cells of a scale's grid. */
  pixels(scale: number): number {
    const { width, height } = this.model.card.scales[scale]!
    return width * height
  }

  /** Writes one query's shares of pixels; returns the share of its learned token. */
  #fill(
    task: TaskId,
    scale: number,
    query: number,
    view: LabView,
    gram: Floats | null,
    target: Floats,
    at: number,
  ): number {
    const count = this.pixels(scale)
    this.#weigh(task, scale, query, view, gram, target, at)
    const { tasks, scales, queries } = this.model.card
    const position = tasks.findIndex(({ id }) => id === task)
    const token = gram ? this.residual![(position * scales.length + scale) * queries + query]! : 1
    let sum = token
    for (let i = at; i < at + count; i++) sum += target[i]!
    if (sum === 0) return 1
    for (let i = at; i < at + count; i++) target[i]! /= sum
    return token / sum
  }

  #weigh(
    task: TaskId,
    scale: number,
    query: number,
    { head }: LabView,
    gram: Floats | null,
    target: Floats,
    at: number,
  ): void {
    const { heads, queries } = this.model.card
    const count = this.pixels(scale)
    const attention = this.attention.get(`${task} ${scale}`)!
    const rows = new Float32Array(heads * count)
    for (let h = 0; h < heads; h++) attention.read(h * queries + query, rows, h * count)
    pixelRowOf(rows, count, heads, head, gram, target, at)
  }

  /** Null for raw weights. */
  async #gram(task: TaskId, scale: number, { weighting }: LabView): Promise<Floats | null> {
    if (weighting === 'raw') return null
    const grams = this.#grams.get(task) ?? (await encoderGrams(this.model, task, this.encoded))
    this.#grams.set(task, grams)
    return grams[scale] ?? null
  }
}
