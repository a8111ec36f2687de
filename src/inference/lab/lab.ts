import { AppError, assertNever } from '../../shared/errors'
import { tensorOf } from '../../shared/card-graphs'
import { capabilityMissing, labCapabilities, type LabCapabilities } from '../../shared/lab/capability'
import { interventionsKey, sourceKey, sourcesOf, type Intervention } from '../../shared/lab/intervention'
import type { LabAnswer, LabJob, LabResult } from '../../shared/lab/protocol'
import type { Encoder } from '../encoder'
import { floats } from '../values'
import { effect, maps, predict } from './changes'
import { gallery } from './gallery'
import { matrix } from './matrix'
import { query } from './query'
import { LabRun } from './run'
import { LabSample } from './sample'
import { trace } from './trace'

/**
 * The attention lab of one model: what one image's queries read, exchange and write, with and without interventions.
 * The tensors stay here; only rows, maps and tables are answered. One image is kept, with the run without interventions
 * and the run with the current ones.
 */
export class Lab {
  #sample: LabSample | null = null
  #plain: LabRun | null = null
  #current: LabRun | null = null
  readonly #capabilities: LabCapabilities

  constructor(private readonly encoder: Encoder) {
    this.#capabilities = labCapabilities(encoder.model.card)
  }

  async answer(job: LabJob): Promise<LabResult> {
    return { kind: 'lab', answer: await this.#answer(job) }
  }

  /** Bytes of attention kept, what is derived from it included. */
  get attentionBytes(): number {
    const kept = [this.#sample, this.#plain, this.#current === this.#plain ? null : this.#current]
    return kept.reduce((sum, part) => sum + (part?.attentionBytes ?? 0), 0)
  }

  /** Frees what is kept of another image: its attention and that of the next must not lie side by side. */
  leaveFor(key: string): void {
    if (this.#sample && this.#sample.key !== key) this.#close()
  }

  async #answer(job: LabJob): Promise<LabAnswer> {
    const { image, ask, interventions } = job
    if (ask.kind === 'close') {
      if (this.#sample?.key === image.key) this.#close()
      return { kind: 'closed' }
    }
    const capabilities = this.#capabilities
    if (!capabilities.attention) throw capabilityMissing('a single graph keeps its attention inside')
    if ('weighting' in ask && ask.weighting === 'contribution' && !capabilities.contributions)
      throw capabilityMissing('it gives raw attention weights only, no contributions')
    this.#check(job)
    const needs = this.#needs(job)
    if (needs) return needs
    if (ask.kind === 'queries') return this.#queries(job)
    const given = new Map(job.queries.map(({ source, data }) => [source, data]))
    const plain = await this.#open(job)
    if (ask.kind === 'predict') return predict(plain, interventions, given, ask)
    const run = await this.#run(plain, interventions, given)
    switch (ask.kind) {
      case 'trace':
        return trace(run, ask)
      case 'query':
        return query(run, ask)
      case 'gallery':
        return gallery(run, ask)
      case 'matrix':
        return matrix(run, ask)
      case 'maps':
        return maps(run, ask)
      case 'effect':
        return effect(run, interventions, given, ask)
      default:
        return assertNever(ask)
    }
  }

  /** What must be sent along before the question can be answered; null when nothing is missing. */
  #needs({ image, ask, interventions, queries }: LabJob): LabAnswer | null {
    const isOpen = this.#sample?.key === image.key
    const key = interventionsKey(interventions)
    // Predictions and effects are runs of their own; only other questions read the one that is kept.
    const keeps = ask.kind !== 'predict' && ask.kind !== 'effect'
    const isKept = keeps && isOpen && (key === this.#plain?.key || key === this.#current?.key)
    const wanted = [...(isKept ? [] : interventions), ...(ask.kind === 'effect' ? ask.change : [])]
    const sources = sourcesOf(wanted)
      .map(sourceKey)
      .filter((source) => !queries.some((given) => given.source === source))
    const needsImage = image.data === null && (ask.kind === 'queries' || !isOpen)
    return needsImage || sources.length > 0 ? { kind: 'needs', image: needsImage, sources } : null
  }

  /** Encoder queries of an image that need not be the open one. */
  async #queries({ image }: LabJob): Promise<LabAnswer> {
    const output = tensorOf(this.encoder.model.graph('encoder').outputs, 'queries')
    const { values } = await this.encoder.encode({ ...image, data: image.data! }, [output.name])
    return { kind: 'queries', data: floats(values, output) }
  }

  /** Opens the job's image, and runs it without interventions. */
  async #open({ image }: LabJob): Promise<LabRun> {
    if (this.#sample?.key !== image.key) {
      // Freed before the next one needs memory.
      this.#close()
      this.#sample = await LabSample.open(this.encoder, { ...image, data: image.data! })
    }
    return (this.#plain ??= await LabRun.start(this.#sample, [], new Map(), null))
  }

  async #run(
    plain: LabRun,
    interventions: readonly Intervention[],
    queries: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  ): Promise<LabRun> {
    const key = interventionsKey(interventions)
    if (key === plain.key) return plain
    if (this.#current?.key !== key)
      this.#current = await LabRun.start(plain.sample, interventions, queries, plain)
    return this.#current
  }

  #close(): void {
    this.#sample = null
    this.#plain = null
    this.#current = null
    this.encoder.forgetAttention()
  }

  /** Throws `bad_arguments` for a task, scale, query, head or pixel that there is not. */
  #check({ ask, image }: LabJob): void {
    const { tasks, scales, queries, heads } = this.encoder.model.card
    const below = (value: number | null | undefined, limit: number, what: string): void => {
      if (value !== null && value !== undefined && value >= limit)
        throw new AppError(
          'bad_arguments',
          `there is no ${what} ${value}; there are ${limit}, counted from 0`,
        )
    }
    const known = (task: string | undefined): void => {
      if (task !== undefined && !tasks.some(({ id }) => id === task))
        throw new AppError('bad_arguments', `the model has no task ${task}`)
    }
    if ('head' in ask) below(ask.head, heads, 'head')
    if ('task' in ask) known(ask.task)
    if ('scale' in ask) below(ask.scale, scales.length, 'scale')
    if ('query' in ask) below(ask.query, queries, 'query')
    if ('tasks' in ask) ask.tasks.forEach(known)
    if (ask.kind === 'trace') {
      below(ask.x, image.width, 'pixel column')
      below(ask.y, image.height, 'pixel row')
    }
    if (ask.kind === 'matrix' && ask.of.level === 'taskBlock') {
      below(ask.of.scale, scales.length, 'scale')
      known(ask.of.target)
      known(ask.of.source)
    }
    if (ask.kind === 'matrix' && ask.of.level === 'scaleBlock') {
      known(ask.of.task)
      below(Math.max(ask.of.target, ask.of.source), scales.length, 'scale')
    }
    if ('region' in ask && ask.region && ask.region.length !== image.width * image.height)
      throw new AppError(
        'bad_arguments',
        `the selection has ${ask.region.length} pixels, the image ${image.width * image.height}`,
      )
  }
}
