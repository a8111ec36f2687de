import { Tensor } from 'onnxruntime-node'
import type { CardTensor } from '../../shared/card'
import { findTensor, tensorOf } from '../../shared/card-graphs'
import { compile, type CompiledInterventions } from '../../shared/lab/compile'
import { interventionsKey, sourceKey, type Intervention } from '../../shared/lab/intervention'
import type { LabView } from '../../shared/lab/protocol'
import { attentionOf, sharesOf, type Shares, type StepTensors } from '../../shared/lab/shares'
import type { TaskId } from '../../shared/tasks'
import type { Values } from '../model'
import { ofTask, runExchange } from '../steps'
import { floats, nameOf } from '../values'
import { runLabDecoder, type Decoded } from './decoded'
import type { LabSample } from './sample'

type Floats = Float32Array<ArrayBuffer>

/** The two steps between queries as rows of one view; `scale` null for one-scale models. */
export interface Exchange<T = Shares> {
  readonly task: T
  readonly scale: T | null
}

/** The model behind the encoder, run with interventions on one image; decoders run when they are asked for. */
export class LabRun {
  readonly #shares = new Map<string, Exchange>()
  readonly #decoded = new Map<TaskId, Decoded>()

  private constructor(
    readonly sample: LabSample,
    readonly key: string,
    /** What the run is compared with and reuses; null for the run without interventions. */
    readonly base: LabRun | null,
    readonly compiled: CompiledInterventions,
    /** (task, scale, query): 1 where an intervention put other queries. */
    readonly replaced: Uint8Array,
    readonly queriesOut: Floats,
    private readonly steps: Exchange<StepTensors>,
  ) {}

  /** `queries` holds the encoder queries of the sources that the interventions name. Throws as `compile`. */
  static async start(
    sample: LabSample,
    interventions: readonly Intervention[],
    queries: ReadonlyMap<string, Floats>,
    base: LabRun | null,
  ): Promise<LabRun> {
    const { model } = sample
    const compiled = compile(interventions, model.card)
    const { input, replaced } = replacedQueries(sample, compiled, queries)
    const { outputs, inputs } = model.graph('cross_task')
    const tensor = new Tensor('float32', input, tensorOf(inputs, 'queries').shape)
    const values = await runExchange(model, tensor, compiled, outputs.map(nameOf))
    return new LabRun(
      sample,
      interventionsKey(interventions),
      base,
      compiled,
      replaced,
      floats(values, tensorOf(outputs, 'queries_out')),
      {
        task: stepOf(outputs, values, 'task')!,
        scale: stepOf(outputs, values, 'scale'),
      },
    )
  }

  /** The steps between queries as shares, kept by view. */
  shares({ weighting, head }: LabView): Exchange {
    return this.#kept(`shares ${weighting} ${head}`, (step, shape) => sharesOf(step, shape, weighting, head))
  }

  /** The steps as they are, without what a token keeps of its own; for `contribution` as `shares`. */
  attention(view: LabView): Exchange {
    if (view.weighting === 'contribution') return this.shares(view)
    return this.#kept(`attention ${view.head}`, (step, shape) =>
      attentionOf(step, shape, view.weighting, view.head),
    )
  }

  /** True when the interventions cannot have changed a task: its decoder would be fed the same numbers as in `base`. */
  isUnchanged(task: TaskId): boolean {
    if (!this.base) return true
    if (this.compiled.decoders.get(task) !== undefined || this.base.compiled.decoders.has(task)) return false
    return sameNumbers(
      ofTask(this.sample.model, task, this.queriesOut),
      ofTask(this.sample.model, task, this.base.queriesOut),
    )
  }

  /** A task's prediction and decoder attention; taken over from `base`, bit for bit, where nothing reaches the task. */
  async decoded(task: TaskId): Promise<Decoded> {
    if (this.base && this.isUnchanged(task)) return this.base.decoded(task)
    const known = this.#decoded.get(task)
    if (known) return known
    const decoded = await runLabDecoder(this.sample, task, this.queriesOut, this.compiled)
    this.#decoded.set(task, decoded)
    return decoded
  }

  /** Bytes of attention kept here, of the steps between queries and of decoders, with what belongs to it or is derived. */
  get attentionBytes(): number {
    let sum = 0
    const add = (...arrays: readonly (Float32Array | null | undefined)[]): void => {
      for (const array of arrays) sum += array?.byteLength ?? 0
    }
    for (const step of [this.steps.task, this.steps.scale])
      add(step?.attention, step?.norms?.gram, step?.norms?.own)
    for (const { task, scale } of this.#shares.values())
      add(task.weights, task.own, scale?.weights, scale?.own)
    for (const { scales } of this.#decoded.values())
      for (const { attention, gram, coarser } of scales) {
        sum += attention.bytes
        add(gram, coarser)
      }
    return sum
  }

  #kept(
    key: string,
    make: (step: StepTensors, shape: { outer: number; heads: number; tokens: number }) => Shares,
  ): Exchange {
    const known = this.#shares.get(key)
    if (known) return known
    const { tasks, scales, queries, heads } = this.sample.model.card
    const { task, scale } = this.steps
    const made = {
      task: make(task, { outer: scales.length, heads, tokens: tasks.length * queries }),
      scale: scale && make(scale, { outer: tasks.length, heads, tokens: scales.length * queries }),
    }
    // One view at a time: switching heads must not pile up.
    this.#shares.clear()
    this.#shares.set(key, made)
    return made
  }
}

function stepOf(outputs: readonly CardTensor[], values: Values, axis: 'task' | 'scale'): StepTensors | null {
  const attention = findTensor(outputs, `cross_${axis}_attention`)
  if (!attention) return null
  const gram = findTensor(outputs, `cross_${axis}_gram`)
  const own = findTensor(outputs, `cross_${axis}_residual`)
  return {
    attention: floats(values, attention),
    norms: gram && own ? { gram: floats(values, gram), own: floats(values, own) } : null,
  }
}

function replacedQueries(
  { queries, model }: LabSample,
  { replacements }: CompiledInterventions,
  sources: ReadonlyMap<string, Floats>,
): { input: Floats; replaced: Uint8Array } {
  const { channels } = model.card
  const replaced = new Uint8Array(queries.length / channels)
  if (replacements.length === 0) return { input: queries, replaced }
  const input = queries.slice()
  for (const { source, from, to } of replacements) {
    const other = sources.get(sourceKey(source))!
    input.set(other.subarray(from, to), from)
    replaced.fill(1, from / channels, to / channels)
  }
  return { input, replaced }
}

/** Bit for bit. */
function sameNumbers(a: Floats, b: Floats): boolean {
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length)
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length)
  return left.every((bits, at) => bits === right[at])
}
