import type { Card, CardTensor } from '../card'
import { findTensor } from '../card-graphs'
import { AppError, assertNever } from '../errors'
import type { TaskId } from '../tasks'
import { capabilityMissing } from './capability'
import type { Intervention, QuerySource } from './intervention'
import { WeightsCutter, type Range, type WeightsCut } from './weights-cut'

/** Interventions as what the graphs are fed: changes of the weights of each step, and encoder queries to replace. */
export interface CompiledInterventions {
  /** Same-scale step, layout of `task_bias`: (scale, head, token out, token in), token = task * N + query. */
  readonly task: WeightsCut
  /** Same-task step, layout of `scale_bias`: (task, head, token out, token in), token = scale * N + query. */
  readonly scale: WeightsCut
  /** Decoders that are changed, layout of `decoder_bias`: (scale, head, query). */
  readonly decoders: ReadonlyMap<TaskId, WeightsCut>
  /** In order: numbers [from, to) of the flat encoder queries (task, scale, query, channel) come from `source`. */
  readonly replacements: readonly { source: QuerySource; from: number; to: number }[]
}

/**
 * Pure. Throws `bad_arguments` for a task, scale, query or head that the model lacks, and `capability_missing` where the
 * bundle has no input for what is asked.
 */
export function compile(list: readonly Intervention[], card: Card): CompiledInterventions {
  const compiler = new Compiler(card)
  for (const item of list) if (item.enabled && !('factor' in item && item.factor === 1)) compiler.add(item)
  return compiler.finish()
}

class Compiler {
  private readonly inputs: readonly CardTensor[]
  private readonly task: Step
  private readonly scale: Step
  private readonly decoders = new Map<TaskId, Step>()
  private readonly replacements: { source: QuerySource; from: number; to: number }[] = []

  constructor(private readonly card: Card) {
    if ('single' in card.graphs)
      throw capabilityMissing('a single graph has no links between tasks that could be cut')
    this.inputs = card.graphs.crossTask.inputs
    this.task = this.step('task')
    this.scale = this.step('scale')
  }

  add(item: Intervention): void {
    const N = this.card.queries
    switch (item.kind) {
      case 'taskLink': {
        const [target, source] = [this.taskAt(item.target), this.taskAt(item.source)]
        const part = {
          outer: this.scales(item.scale),
          head: this.heads(item.head),
          row: within(N, target),
          column: within(N, source),
        }
        return this.task.change(part, item.factor, item.mode)
      }
      case 'scaleLink': {
        const [[target], [source]] = [this.scales(item.target), this.scales(item.source)]
        const part = {
          outer: this.tasks(item.task),
          head: this.heads(item.head),
          row: within(N, target),
          column: within(N, source),
        }
        return this.scale.change(part, item.factor, item.mode)
      }
      case 'query':
        for (const query of item.queries) this.query({ ...item, query })
        return
      case 'head':
        return this.head(item)
      case 'swap':
        return this.replace(item, { kind: 'sample', sample: item.sample })
      case 'mean':
        return this.replace(item, { kind: 'mean', split: item.split })
      default:
        return assertNever(item)
    }
  }

  finish(): CompiledInterventions {
    const decoders = [...this.decoders].map(([id, step]): [TaskId, WeightsCut] => [id, step.finish()])
    return {
      task: this.task.finish(),
      scale: this.scale.finish(),
      decoders: new Map(decoders),
      replacements: this.replacements,
    }
  }

  /** The column of one query in every step that reads it; what is left of it is its own row, which nobody reads then. */
  private query(item: Extract<Intervention, { kind: 'query' }> & { query: number }): void {
    const { factor, mode } = item
    const N = this.card.queries
    const [task, [scale], [query]] = [
      this.taskAt(item.task),
      this.scales(item.scale),
      this.queries(item.query),
    ]
    const head = this.heads(null)
    const row = (blocks: number): Range => [0, blocks * N]
    const { tasks, scales } = this.card
    this.task.change(
      { outer: [scale, scale + 1], head, row: row(tasks.length), column: one(task * N + query) },
      factor,
      mode,
    )
    if (scales.length > 1)
      this.scale.change(
        { outer: one(task), head, row: row(scales.length), column: one(scale * N + query) },
        factor,
        mode,
      )
    this.decoder(item.task).change({ outer: one(scale), head, row: one(0), column: one(query) }, factor, mode)
  }

  private head({ step, task, scale, head, factor }: Extract<Intervention, { kind: 'head' }>): void {
    const [N, T, S] = [this.card.queries, this.card.tasks.length, this.card.scales.length]
    const [tasks, scales, heads] = [this.tasks(task), this.scales(scale), this.heads(head)]
    const rowsOf = ([from, to]: Range): Range => [from * N, to * N]
    switch (step) {
      case 'task':
        return this.task.change(
          { outer: scales, head: heads, row: rowsOf(tasks), column: [0, T * N] },
          factor,
          'remove',
        )
      case 'scale':
        return this.scale.change(
          { outer: tasks, head: heads, row: rowsOf(scales), column: [0, S * N] },
          factor,
          'remove',
        )
      case 'decoder':
        for (const { id } of this.card.tasks.slice(...tasks))
          this.decoder(id).change(
            { outer: scales, head: heads, row: one(0), column: [0, N] },
            factor,
            'remove',
          )
        return
      default:
        return assertNever(step)
    }
  }

  private replace(
    item: { task: TaskId | null; scale: number | null; query: number | null },
    source: QuerySource,
  ): void {
    const { queries: N, channels: C, scales } = this.card
    const [tasks, kept] = [this.tasks(item.task), this.scales(item.scale)]
    const [first, last] = item.query === null ? [0, N] : this.queries(item.query)
    for (let task = tasks[0]; task < tasks[1]; task++)
      for (let scale = kept[0]; scale < kept[1]; scale++) {
        const start = (task * scales.length + scale) * N
        this.replacements.push({ source, from: (start + first) * C, to: (start + last) * C })
      }
  }

  private decoder(task: TaskId): Step {
    const known = this.decoders.get(task)
    if (known) return known
    const { graphs } = this.card
    const inputs = ('decoders' in graphs ? graphs.decoders[task]?.inputs : undefined) ?? []
    const tensors = [
      findTensor(inputs, 'decoder_bias', task),
      findTensor(inputs, 'decoder_gate', task),
    ] as const
    const step = new Step(tensors, this.card.heads, {
      bias: 'what pixels read from queries is not an input of its decoders',
      gate: 'what pixels read from queries is not an input of its decoders',
    })
    this.decoders.set(task, step)
    return step
  }

  private step(step: 'task' | 'scale'): Step {
    const tensors = [
      findTensor(this.inputs, `${step}_bias`),
      findTensor(this.inputs, `${step}_gate`),
    ] as const
    return new Step(tensors, this.card.heads, {
      bias: `it has no step between ${step}s`,
      gate: 'weights can only be removed through gates, which it lacks; links can still be cut with "renormalise"',
    })
  }

  private taskAt(id: TaskId): number {
    const at = this.card.tasks.findIndex((task) => task.id === id)
    if (at >= 0) return at
    throw new AppError(
      'bad_arguments',
      `the model has no task ${id}; it has ${this.card.tasks.map((task) => task.id).join(', ')}`,
    )
  }
  private tasks(id: TaskId | null): Range {
    return id === null ? [0, this.card.tasks.length] : one(this.taskAt(id))
  }
  private scales(index: number | null): Range {
    return range(index, this.card.scales.length, 'scale')
  }
  private queries(index: number): Range {
    return range(index, this.card.queries, 'query')
  }
  private heads(index: number | null): Range {
    return range(index, this.card.heads, 'head')
  }
}

/** The cutter of one step; asking it for what the bundle has no input for says so. */
class Step {
  private readonly cutter: WeightsCutter | null

  constructor(
    private readonly tensors: readonly [bias: CardTensor | undefined, gate: CardTensor | undefined],
    private readonly heads: number,
    private readonly lacks: { bias: string; gate: string },
  ) {
    const shape = tensors[0] ?? tensors[1]
    this.cutter = shape ? new WeightsCutter(shape) : null
  }

  change(...[part, factor, mode]: Parameters<WeightsCutter['scale']>): void {
    const { cutter } = this
    const [bias, gate] = this.tensors
    if (!cutter || (mode === 'renormalise' && !bias)) throw capabilityMissing(this.lacks.bias)
    if (mode === 'remove' && !gate) throw capabilityMissing(this.lacks.gate)
    // Biases that are shared by all heads can change all of them only.
    const shared = cutter.size[1] < this.heads
    if (shared && part.head[1] - part.head[0] < this.heads)
      throw capabilityMissing('its biases are shared by all heads')
    cutter.scale(shared ? { ...part, head: [0, cutter.size[1]] } : part, factor, mode)
  }

  finish(): WeightsCut {
    if (this.cutter?.emptyDeadRows() && !this.tensors[1]) throw capabilityMissing(this.lacks.gate)
    return this.cutter?.cut ?? { bias: null, gate: null }
  }
}

function one(index: number): Range {
  return [index, index + 1]
}
function within(queries: number, block: number): Range {
  return [block * queries, (block + 1) * queries]
}

function range(index: number | null, size: number, what: string): Range {
  if (index === null) return [0, size]
  if (index < size) return one(index)
  throw new AppError('bad_arguments', `the model has no ${what} ${index}; it has ${size}, counted from 0`)
}
