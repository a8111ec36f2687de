import type { KeyedImage, ModelRef } from '../../shared/inference-protocol'
import { compile } from '../../shared/lab/compile'
import type { Intervention } from '../../shared/lab/intervention'
import { linksOf, type Link, type LinkShape, type StepMatrices } from '../../shared/lab/link'
import type { LabAsk } from '../../shared/lab/protocol'
import type { MatrixAnswer, Weighting } from '../../shared/lab/wire'
import type { DenseMap } from '../../shared/maps'
import type { Rgb } from '../../shared/palette'
import type { TaskId } from '../../shared/tasks'
import type { InferenceHost } from '../inference/host'
import { askLab, type AskOptions, type LabImage } from './ask'

export type Maps = ReadonlyMap<TaskId, DenseMap>

/** A model whose links can be cut, on the host that runs it. */
export class LabModel {
  readonly shape: LinkShape
  readonly links: readonly Link[]

  /** Throws `capability_missing` for a single graph, which has no links. */
  constructor(
    private readonly host: InferenceHost,
    readonly ref: ModelRef,
  ) {
    const { card } = ref
    compile([], card)
    this.shape = { tasks: card.tasks.map(({ id }) => id), scales: card.scales }
    this.links = linksOf(this.shape)
  }

  /** Maps of every task with nothing changed. */
  async plain(image: KeyedImage, signal?: AbortSignal): Promise<Maps> {
    return this.changed(image, [], this.shape.tasks, { signal })
  }

  /** The mean matrices of the steps between queries, with nothing changed. Throws as `ask`. */
  async matrices(image: KeyedImage, weighting: Weighting, signal?: AbortSignal): Promise<StepMatrices> {
    const of = async (level: 'task' | 'scale'): Promise<MatrixAnswer> => {
      const ask = { kind: 'matrix' as const, of: { level }, weighting, head: null, region: null }
      return (await this.ask(imageOf(image), [], ask, { signal })).answer
    }
    return { task: await of('task'), scale: this.shape.scales.length > 1 ? await of('scale') : null }
  }

  /** The card's colours of a task's classes; null where it names none. */
  palette(task: TaskId): readonly Rgb[] | null {
    return this.ref.card.tasks.find(({ id }) => id === task)?.palette ?? null
  }

  /** Throws as `compile` when this model cannot have these interventions. */
  check(interventions: readonly Intervention[]): void {
    compile(interventions, this.ref.card)
  }

  /** Maps of `tasks` with interventions, changed or not. Throws as `compile` and `ask`. */
  async changed(
    image: KeyedImage,
    interventions: readonly Intervention[],
    tasks: readonly TaskId[],
    options: AskOptions = {},
  ): Promise<Maps> {
    const ask = { kind: 'predict' as const, tasks: [...tasks] }
    const { maps } = await this.ask(imageOf(image), interventions, ask, options)
    return mapsOf(maps)
  }

  /** The encoder's queries of an image, (task, scale, query, channel). */
  async queries(image: LabImage, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>> {
    return (await this.ask(image, [], { kind: 'queries' }, { signal })).data
  }

  /** Asks the attention lab in the child about an image, see `askLab`. */
  ask<A extends LabAsk>(
    image: LabImage,
    interventions: readonly Intervention[],
    ask: A,
    options: AskOptions = {},
  ): ReturnType<typeof askLab<A>> {
    return askLab(this.host, this.ref, image, interventions, ask, options)
  }
}

/** An image whose pixels are at hand. */
export function imageOf(image: KeyedImage): LabImage {
  return { key: image.key, width: image.width, height: image.height, read: async () => image }
}

function mapsOf(maps: readonly { task: TaskId; map: DenseMap }[]): Maps {
  return new Map(maps.map(({ task, map }) => [task, map]))
}
