import { SOURCES, type Source } from '../../shared/contract'
import type { TaskId } from '../../shared/tasks'
import { keepStack, readStack } from './layer-memory'
import type { Settings } from './settings'
import type { BlendMode, LayerSource, LayerState } from './types'

const LAYER_SOURCES = ['photo', 'label', 'corrected', 'prediction'] as const

/** How a task's layers start: classes over the photo, dense values alone, thin boundaries over a dimmed photo. */
const START: Readonly<Record<TaskId, { photo: number; map: number }>> = {
  semseg: { photo: 1, map: 0.55 },
  human_parts: { photo: 1, map: 0.55 },
  depth: { photo: 0, map: 1 },
  normals: { photo: 0, map: 1 },
  edge: { photo: 0.35, map: 1 },
  sal: { photo: 1, map: 0.7 },
}

/** The layer stacks of all tasks. Choices outlive the window; availability belongs to the sample. */
export class LayerStack {
  all: readonly LayerState[] = $state.raw([])
  /** The layer shown alone, as `task/source`. */
  solo: string | null = $state(null)
  /** The user looks at predictions; samples that have one open with it. */
  preferPrediction = $state(false)
  /** By layer: the opacity of the style, areas or outlines, that it does not have now. */
  readonly #otherOpacity = new Map<string, number>()

  constructor(private readonly settings: Settings) {}

  /** Adds the stacks of tasks not seen before and removes those that are gone. */
  setTasks(tasks: readonly TaskId[]): void {
    const kept = this.all.filter((layer) => tasks.includes(layer.task))
    const added = tasks
      .filter((task) => !kept.some((layer) => layer.task === task))
      .flatMap((task) => this.#begin(task))
    this.all = [...kept, ...added]
  }

  /** A task's layers from the bottom up. */
  of(task: TaskId): readonly LayerState[] {
    return this.all.filter((layer) => layer.task === task).sort((a, b) => a.order - b.order)
  }

  get(task: TaskId, source: LayerSource): LayerState | undefined {
    return this.all.find((layer) => layer.task === task && layer.source === source)
  }

  /** The layers to draw from the bottom up: visible and available, or the task's solo layer alone. */
  drawn(task: TaskId): readonly LayerState[] {
    const soloHere = this.solo?.startsWith(`${task}/`) ?? false
    return this.of(task).filter((layer) => {
      const wanted = soloHere ? this.solo === keyOf(layer) : layer.visible
      return layer.available && wanted && layer.opacity > 0
    })
  }

  /** Shows one map of a task and hides the others; the photo stays as it is. Null hides them all. */
  showOnly(task: TaskId, source: Source | null): void {
    for (const one of SOURCES) this.setVisible(task, one, one === source)
  }

  /**
   * Makes sure that a task shows something after availability changed: the prediction where it is preferred and there is
   * one, else the corrected label when everything visible is missing.
   */
  settle(task: TaskId): void {
    const maps = this.of(task).filter((layer) => layer.source !== 'photo')
    const visible = maps.filter((layer) => layer.visible)
    const predicted = this.get(task, 'prediction')?.available ?? false
    if (this.preferPrediction && predicted) this.showOnly(task, 'prediction')
    else if (visible.length > 0 && !visible.some((layer) => layer.available)) {
      if (this.get(task, 'corrected')?.available) this.showOnly(task, 'corrected')
      else if (predicted) this.showOnly(task, 'prediction')
    }
  }

  setVisible(task: TaskId, source: LayerSource, visible: boolean): void {
    this.#choose(task, source, (layer) => ({ ...layer, visible }))
  }

  setOpacity(task: TaskId, source: LayerSource, opacity: number): void {
    const limited = Math.min(1, Math.max(0, opacity))
    this.#choose(task, source, (layer) => ({ ...layer, opacity: limited }))
  }

  setBlend(task: TaskId, source: LayerSource, blend: BlendMode): void {
    this.#choose(task, source, (layer) => ({ ...layer, blend }))
  }
  setLocked(task: TaskId, source: LayerSource, locked: boolean): void {
    this.#choose(task, source, (layer) => ({ ...layer, locked }))
  }
  /** Shows borders instead of areas, or areas again; each has its own opacity, and lines start opaque. */
  setOutlined(task: TaskId, source: LayerSource, outlined: boolean): void {
    this.#choose(task, source, (layer) => this.#restyled(layer, outlined))
  }

  /** True when a task's label may not be changed. */
  isLocked(task: TaskId): boolean {
    return this.get(task, 'corrected')?.locked ?? false
  }

  /** True when every map that has regions is shown as outlines. */
  get allOutlined(): boolean {
    return this.all.filter(hasOutline).every((layer) => layer.outlined)
  }
  /** Shows every map as outlines, or as areas again when all of them are. */
  toggleOutlines(): void {
    const outlined = !this.allOutlined
    this.all = this.all.map((layer) => (hasOutline(layer) ? this.#restyled(layer, outlined) : layer))
    for (const task of new Set(this.all.map((layer) => layer.task))) this.#keep(task)
  }

  /** Puts a layer at `order` within its task and closes the gap it leaves. */
  move(task: TaskId, source: LayerSource, order: number): void {
    const stack = this.of(task).filter((layer) => layer.source !== source)
    const moved = this.get(task, source)
    if (!moved) return
    stack.splice(Math.min(stack.length, Math.max(0, order)), 0, moved)
    const places = new Map(stack.map((layer, place) => [layer.source, place]))
    this.all = this.all.map((layer) =>
      layer.task === task ? { ...layer, order: places.get(layer.source) ?? layer.order } : layer,
    )
    this.#keep(task)
  }

  /** Draws a layer right above another of its task; null = at the bottom. */
  moveAbove(task: TaskId, source: LayerSource, below: LayerSource | null): void {
    const others = this.of(task).filter((layer) => layer.source !== source)
    this.move(task, source, others.findIndex((layer) => layer.source === below) + 1)
  }

  /** Shows one layer alone; the same call again ends it. */
  toggleSolo(task: TaskId, source: LayerSource): void {
    const key = keyOf({ task, source })
    const before = this.solo
    this.solo = before === key ? null : key
    const elsewhere = this.all.find((layer) => keyOf(layer) === before)?.task
    for (const one of new Set([task, elsewhere ?? task])) this.#keep(one)
  }

  /** Ends the solo of any other layer of the task. */
  endSolo(task: TaskId, except: LayerSource): void {
    if (!this.solo?.startsWith(`${task}/`) || this.solo === keyOf({ task, source: except })) return
    this.solo = null
    this.#keep(task)
  }

  setAvailable(task: TaskId, source: LayerSource, available: boolean): void {
    this.#update(task, source, (layer) =>
      layer.available === available ? layer : { ...layer, available, revision: layer.revision + 1 },
    )
  }

  touch(task: TaskId, source: LayerSource): void {
    this.#update(task, source, (layer) => ({ ...layer, revision: layer.revision + 1 }))
  }

  #restyled(layer: LayerState, outlined: boolean): LayerState {
    if (layer.outlined === outlined) return layer
    const key = keyOf(layer)
    const opacity = this.#otherOpacity.get(key) ?? 1
    this.#otherOpacity.set(key, layer.opacity)
    return { ...layer, outlined, opacity }
  }

  /** A task's layers as they were left, else as they start. */
  #begin(task: TaskId): LayerState[] {
    const kept = readStack(this.settings, task)
    if (!kept) return LAYER_SOURCES.map((source, order) => startOf(task, source, order))
    if (kept.solo) this.solo = keyOf({ task, source: kept.solo })
    return kept.layers.map(({ source, otherOpacity, ...choice }, order) => {
      if (otherOpacity !== null) this.#otherOpacity.set(keyOf({ task, source }), otherOpacity)
      return { ...startOf(task, source, order), ...choice }
    })
  }
  #keep(task: TaskId): void {
    const layers = this.of(task)
    keepStack(this.settings, task, {
      layers: layers.map(({ source, visible, opacity, blend, locked, outlined }) => {
        const otherOpacity = this.#otherOpacity.get(keyOf({ task, source })) ?? null
        return { source, visible, opacity, otherOpacity, blend, locked, outlined }
      }),
      solo: layers.find((layer) => keyOf(layer) === this.solo)?.source ?? null,
    })
  }

  #choose(task: TaskId, source: LayerSource, update: (layer: LayerState) => LayerState): void {
    this.#update(task, source, update)
    this.#keep(task)
  }
  #update(task: TaskId, source: LayerSource, update: (layer: LayerState) => LayerState): void {
    this.all = this.all.map((layer) =>
      layer.task === task && layer.source === source ? update(layer) : layer,
    )
  }
}

/** A photo has no regions, and a boundary is a line already. */
export function hasOutline({ task, source }: LayerState): boolean {
  return source !== 'photo' && task !== 'edge'
}

function keyOf({ task, source }: { task: TaskId; source: LayerSource }): string {
  return `${task}/${source}`
}

function startOf(task: TaskId, source: LayerSource, order: number): LayerState {
  const start = START[task]
  return {
    task,
    source,
    visible: source === 'photo' ? start.photo > 0 : source === 'corrected',
    opacity: source === 'photo' ? start.photo || 1 : start.map,
    blend: 'normal',
    locked: false,
    outlined: false,
    order,
    available: source === 'photo',
    revision: 0,
  }
}
