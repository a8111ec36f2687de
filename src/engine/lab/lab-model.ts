import type { AttentionSummary } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import type { KeyedImage, ModelRef } from '../../shared/inference-protocol'
import { compile } from '../../shared/lab/compile'
import type { CutMode, Intervention } from '../../shared/lab/intervention'
import { linksOf, type Link, type LinkShape } from '../../shared/lab/link'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { InferenceHost } from '../inference/host'
import { plainForward } from '../predictions/plain-forward'

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

  /** Maps of every task and the attention, with nothing changed. */
  async plain(
    image: KeyedImage,
    signal?: AbortSignal,
  ): Promise<{ readonly maps: Maps; readonly attention: AttentionSummary }> {
    const { maps, attention } = await this.host.run(this.ref, plainForward(image, false), { signal })
    if (!attention) throw new AppError('internal', `${this.ref.card.name} gave no attention`)
    return { maps: mapsOf(maps), attention }
  }

  /** Throws as `compile` when this model cannot have these interventions. */
  check(interventions: readonly Intervention[]): void {
    compile(interventions, this.ref.card)
  }

  /** Maps of `tasks` with interventions. Throws as `compile`. */
  async changed(
    image: KeyedImage,
    interventions: readonly Intervention[],
    tasks: readonly TaskId[],
    signal?: AbortSignal,
  ): Promise<Maps> {
    const { task, scale } = compile(interventions, this.ref.card)
    const job = {
      ...plainForward(image, false),
      tasks: [...tasks],
      biases: { task: task.bias, scale: scale.bias },
    }
    return mapsOf((await this.host.run(this.ref, job, { signal })).maps)
  }
}

/** The cut of one link as an intervention. */
export function cutOf(link: Link, mode: CutMode): Intervention {
  const entry = { id: 'cut', name: '', enabled: true, head: null, factor: 0, mode }
  return link.axis === 'task'
    ? { kind: 'taskLink', ...entry, scale: link.scale, source: link.source, target: link.target }
    : { kind: 'scaleLink', ...entry, task: link.task, source: link.source, target: link.target }
}

function mapsOf(maps: readonly { task: TaskId; map: DenseMap }[]): Maps {
  return new Map(maps.map(({ task, map }) => [task, map]))
}
