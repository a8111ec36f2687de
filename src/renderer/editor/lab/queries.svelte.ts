import type { EffectsAnswer, EffectsRequest, QueryRequest } from '../../../shared/lab/wire'
import type { TaskId } from '../../../shared/tasks'
import type { QueryView } from '../../api/lab-client'
import type { LabMap, QueryAddress } from '../types'
import {
  fetchGallery,
  placed,
  samePlaces,
  siblings,
  type GalleryAnswer,
  type GalleryItem,
  type GallerySort,
  type GalleryWish,
} from './gallery'
import type { Lab, LabParts } from './lab.svelte'
import { Question } from './question.svelte'

/** Queries one by one: the one that is looked at, and the gallery it is chosen from. */
export class Queries {
  /** The query that is looked at. */
  chosen: QueryAddress | null = $state.raw(null)
  /** Which of its maps lies over the panes: where it reads the photo, or where its task's pixels read it. */
  side: 'read' | 'write' = $state('read')
  /** Task and scale of the gallery; null = the task worked on, and every scale. */
  task: TaskId | null = $state(null)
  scale: number | null = $state(0)
  sort: GallerySort = $state('contribution')
  readonly look: Question<QueryRequest, QueryView>
  /** What muting it, on top of what is cut, changes in the photo. */
  readonly muting: Question<EffectsRequest, EffectsAnswer>
  readonly gallery: Question<GalleryWish, GalleryAnswer>

  constructor(
    private readonly lab: Lab,
    private readonly parts: Pick<LabParts, 'client' | 'activeTask'>,
  ) {
    const { client } = parts
    this.look = new Question((sample, request, signal) => client.query(sample, request, signal))
    this.muting = new Question((sample, request, signal) => client.effects(sample, request, signal))
    this.gallery = new Question(async (sample, wish, signal) => {
      const items = await fetchGallery(client, sample, wish, signal)
      const { shown } = this.gallery
      const stays = shown?.sample === sample && samePlaces(shown.request, wish)
      return { items, placedBy: stays ? shown.answer.placedBy : items }
    })
  }

  readonly galleryTask: TaskId = $derived.by(() => {
    const task = this.task ?? this.parts.activeTask()
    return this.lab.tasks.includes(task) ? task : (this.lab.tasks[0] ?? task)
  })
  readonly galleryWanted: GalleryWish | null = $derived.by(() => {
    const { reading, model } = this.lab
    if (!reading || !model) return null
    const all = model.scales.map((_, scale) => scale)
    const scales = this.scale === null ? all : [Math.min(this.scale, all.length - 1)]
    return { ...reading, task: this.galleryTask, scales }
  })
  readonly lookWanted: QueryRequest | null = $derived.by(() => {
    const { reading, model, tasks } = this.lab
    const { chosen } = this
    if (!reading || !model || !chosen || !tasks.includes(chosen.task)) return null
    if (chosen.scale >= model.scales.length || chosen.query >= model.queries) return null
    return { ...reading, ...chosen }
  })
  /** Null also for a bundle whose queries cannot be muted everywhere, and for a query that is muted. */
  readonly mutingWanted: EffectsRequest | null = $derived.by(() => {
    const { lookWanted } = this
    const { interventions, model } = this.lab
    if (!lookWanted || !model?.lab.decoderCuts || this.isMuted(lookWanted)) return null
    const { task, scale, query } = lookWanted
    const entry = { id: 'measured', name: '', enabled: true, factor: 0, mode: interventions.mode }
    const change = { kind: 'query' as const, ...entry, task, scale, queries: [query] }
    const base = [...interventions.active]
    return { model: model.hash, base, changes: [[change]], tasks: null, region: null }
  })
  readonly items: readonly GalleryItem[] = $derived.by(() => {
    const { shown } = this.gallery
    return shown ? placed(shown.answer, this.sort) : []
  })
  /** Puts the queries in another order, by their numbers of now. */
  sortBy(sort: GallerySort): void {
    this.sort = sort
    const { shown } = this.gallery
    if (shown) this.gallery.shown = { ...shown, answer: { ...shown.answer, placedBy: shown.answer.items } }
  }
  /** The chosen map of the query that is looked at. */
  readonly map: LabMap | null = $derived.by(() => this.look.shown?.answer[this.side] ?? null)

  isMuted({ task, scale, query }: QueryAddress): boolean {
    return this.lab.interventions.findQueries({ task, scale, queries: [query] }) !== undefined
  }
  toggleMute({ task, scale, query }: QueryAddress): void {
    this.lab.toggleQueries({ task, scale, queries: [query] })
  }
  /** True when nobody hears it, be it muted alone or with others. */
  isSilent({ task, scale, query }: QueryAddress): boolean {
    return this.#silenced.some(
      (item) => item.task === task && item.scale === scale && item.queries.includes(query),
    )
  }
  /** The queries of a task that are muted one by one. */
  mutedAlone(task: TaskId): QueryAddress[] {
    return this.#silenced.flatMap(({ task: of, scale, queries: [query, ...others] }) =>
      of === task && query !== undefined && others.length === 0 ? [{ task, scale, query }] : [],
    )
  }
  readonly #silenced = $derived.by(() =>
    this.lab.interventions.active
      .filter((item) => item.kind === 'query')
      .filter(({ factor }) => factor === 0),
  )
  isSolo(address: QueryAddress): boolean {
    return this.lab.interventions.findQueries(this.#others(address)) !== undefined
  }
  /** Mutes all others of its task and scale, or lets them be heard again. */
  toggleSolo(address: QueryAddress): void {
    this.lab.toggleQueries(this.#others(address))
  }
  #others(address: QueryAddress): { task: TaskId; scale: number; queries: number[] } {
    const { task, scale } = address
    return { task, scale, queries: siblings(address, this.lab.model?.queries ?? 0) }
  }
}
