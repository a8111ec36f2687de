import type { Source } from '../../shared/contract'
import { tileRect, writeTile, type TileBytes } from '../../shared/edit'
import type { Edit } from '../../shared/history'
import type { DenseMap } from '../../shared/maps'
import { MAX_DIAMETER } from '../../shared/raster'
import { unionRect, type ImagePoint, type PixelRect } from '../../shared/space'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Filmstrip } from './filmstrip.svelte'
import { Histories } from './histories.svelte'
import type { LayerStack } from './layers.svelte'
import type { Notices } from './notices.svelte'
import type { SyncQueue } from './sync-queue.svelte'
import { Stroke, tilesOf, type Ink } from './tools/brush'
import type { HistoryItem, ToolId } from './types'
import { firstValue, formatValue, sameValue, unknownValue, valueAt, type PixelValue } from './values'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

/** What the eraser does, for tooltips and the tool options. */
export const ERASER_HINT = 'Brings back the original label under the brush.'
export const ACCEPT_HINT = 'Takes over the prediction under the brush.'

/** Tools that copy the pixels of another map instead of painting a value, and what the history calls that. */
const COPIES: Readonly<Partial<Record<ToolId, { source: Source; label: string }>>> = {
  eraser: { source: 'label', label: 'Erase to label' },
  accept: { source: 'prediction', label: 'Accept prediction' },
}

interface Parts {
  readonly workspace: Workspace
  readonly view: View
  readonly stack: LayerStack
  readonly sync: SyncQueue
  readonly film: Filmstrip
  readonly notices: Notices
}

/** Tools, the gesture in progress, and undo. A gesture ends in exactly one of two ways: committed whole, or never happened. */
export class Painter {
  tool: ToolId = $state('brush')
  /** Diameter in image pixels. */
  size = $state(15)
  readonly histories = new Histories()
  #values: Readonly<Partial<Record<TaskId, PixelValue>>> = $state.raw({})
  /** What X brings back. */
  readonly #swapped = new Map<TaskId, PixelValue>()
  #stroke: { task: TaskId; stroke: Stroke; rect: PixelRect | null } | null = null

  constructor(private readonly parts: Parts) {
    parts.workspace.onLeave = () => this.cancel()
    parts.workspace.onShown = (sample) => this.histories.open(sample)
  }

  /** True while the pointer is down and painting. */
  get painting(): boolean {
    return this.#stroke !== null
  }
  get activeClass(): number | null {
    return this.parts.view.active?.kind === 'class' ? (this.value[0] ?? null) : null
  }
  get valueText(): string {
    const task = this.parts.view.active
    return task ? formatValue(task, this.value) : ''
  }
  /** What the brush paints in the active task. */
  get value(): PixelValue {
    return this.valueOf(this.parts.view.task)
  }

  setTool(tool: ToolId): void {
    this.cancel()
    this.tool = tool
    const { workspace, view, stack } = this.parts
    const copied = COPIES[tool]
    if (copied && stack.get(view.task, copied.source)?.available)
      void workspace.document?.load(view.task, copied.source)
  }
  setSize(size: number): void {
    this.size = Math.min(MAX_DIAMETER, Math.max(1, Math.round(size)))
  }
  setValue(value: PixelValue): void {
    this.#values = { ...this.#values, [this.parts.view.task]: value }
  }
  swap(): void {
    const task = this.parts.view.active
    if (!task) return
    const unknown = unknownValue(task.kind)
    const next = sameValue(this.value, unknown)
      ? (this.#swapped.get(task.id) ?? firstValue(task.kind))
      : unknown
    this.#swapped.set(task.id, this.value)
    this.setValue(next)
  }

  /**
   * Begins the tool's gesture on a pane of `task`; `shown` names the pane's map when it is not the layer stack. False when
   * there is nothing to do it on (yet).
   */
  pointerDown(task: TaskId, point: ImagePoint, shown: Source | null = null): boolean {
    const { view, workspace } = this.parts
    if (this.#stroke || workspace.loading) return false
    view.task = task
    switch (this.tool) {
      case 'pick':
        return this.#pick(task, point, shown)
      case 'brush':
      case 'eraser':
      case 'accept':
        return this.#begin(task, point)
      case 'hand':
        return false
    }
  }

  /** Continues the stroke through every point since the last call. */
  pointerMove(points: readonly ImagePoint[]): void {
    for (const point of points) this.#paint(point)
  }

  pointerUp(): void {
    const gesture = this.#stroke
    if (!gesture) return
    this.#stroke = null
    const edit = this.histories.current.commit()
    if (edit) this.#record(edit, edit.label)
    this.histories.changed()
  }

  /** Takes the gesture in progress back, byte for byte; false when there was none. */
  cancel(): boolean {
    const gesture = this.#stroke
    if (!gesture) return false
    this.#stroke = null
    this.histories.current.bail()
    this.histories.changed()
    this.parts.workspace.document?.changed(gesture.task, 'corrected', gesture.rect)
    return true
  }

  get canUndo(): boolean {
    return this.histories.canUndo
  }
  get canRedo(): boolean {
    return this.histories.canRedo
  }
  get historyList(): readonly HistoryItem[] {
    return this.histories.list
  }
  undo(): void {
    void this.#travel('undo')
  }
  redo(): void {
    void this.#travel('redo')
  }

  /** What the brush paints in a task. */
  valueOf(task: TaskId): PixelValue {
    return this.#values[task] ?? firstValue(TASKS[task].kind)
  }

  /** Lays whole tiles over a corrected map of the open sample, as one gesture. */
  async putTiles(task: TaskId, label: string, tiles: readonly TileBytes[]): Promise<void> {
    const { document } = this.parts.workspace
    const map = await document?.load(task, 'corrected')
    const history = this.histories.current
    if (!document || !map || document.closed || history.active) return
    history.begin(label)
    for (const tile of tiles) {
      history.touch(task, map, tile)
      writeTile(map, tile)
      document.changed(task, 'corrected', tileRect(map, tile))
    }
    const edit = history.commit()
    if (edit) this.#record(edit, label)
    this.histories.changed()
  }

  #pick(task: TaskId, { x, y }: ImagePoint, shown: Source | null): boolean {
    const { workspace, stack } = this.parts
    const column = Math.floor(x)
    const row = Math.floor(y)
    const sources = shown ? [shown] : stack.drawn(task).map((layer) => layer.source)
    for (const source of sources.reverse()) {
      const map = source === 'photo' ? undefined : workspace.map(task, source)
      if (!map || column < 0 || row < 0 || column >= map.width || row >= map.height) continue
      this.setValue(valueAt(map, column, row))
      return true
    }
    return false
  }

  #begin(task: TaskId, point: ImagePoint): boolean {
    const { document } = this.parts.workspace
    const view = this.parts.view.active
    if (!document || !view) return false
    if (![...document.detail.labels, ...document.detail.empty].includes(task)) {
      this.parts.notices.push(
        'info',
        `${document.detail.id} has no readable ${view.label.toLowerCase()} label, so there is nothing to correct.`,
      )
      return false
    }
    if (this.tool === 'accept' && !this.parts.stack.get(task, 'prediction')?.available) {
      this.parts.notices.push('info', 'There is no prediction of this sample to paint in; predict it first.')
      return false
    }
    const map = document.get(task, 'corrected')
    const ink = this.#ink(task)
    if (!map || !ink) {
      void document.load(task, 'corrected')
      this.parts.notices.push('info', `The ${view.label.toLowerCase()} label is still loading; try again.`)
      return false
    }
    this.#uncover(task)
    const history = this.histories.current
    history.begin(
      ink.kind === 'value' ? `Paint ${formatValue(view, ink.value)}` : (COPIES[this.tool]?.label ?? 'Copy'),
    )
    const stroke = new Stroke(map, this.size, ink, (rect) =>
      tilesOf(rect, (tile) => history.touch(task, map, tile)),
    )
    this.#stroke = { task, stroke, rect: null }
    this.#paint(point)
    return true
  }

  /** Null while the map that the tool copies from is not here. */
  #ink(task: TaskId): Ink | null {
    const copied = COPIES[this.tool]
    if (!copied) return { kind: 'value', value: this.value }
    const { document } = this.parts.workspace
    const source = document?.get(task, copied.source)
    if (source) return { kind: 'map', source }
    void document?.load(task, copied.source)
    return null
  }

  /** One cannot paint what one does not see: shows the corrected layer and hides the maps above it. */
  #uncover(task: TaskId): void {
    const { stack } = this.parts
    stack.preferPrediction = false
    stack.setVisible(task, 'corrected', true)
    stack.endSolo(task, 'corrected')
    const order = stack.get(task, 'corrected')?.order ?? 0
    for (const layer of stack.drawn(task))
      if (layer.order > order && layer.source !== 'photo') stack.setVisible(task, layer.source, false)
  }

  #paint(point: ImagePoint): void {
    if (!this.#stroke) return
    const rect = this.#stroke.stroke.to(point)
    if (!rect) return
    this.#stroke.rect = unionRect(this.#stroke.rect, rect)
    this.parts.workspace.document?.changed(this.#stroke.task, 'corrected', rect)
  }

  async #travel(direction: 'undo' | 'redo'): Promise<void> {
    const { document } = this.parts.workspace
    const history = this.histories.current
    const next = (direction === 'undo' ? history.done : history.undone).at(-1)
    if (!document || !next || history.active) return
    const maps = new Map<TaskId, DenseMap>()
    for (const { target } of next.maps) {
      const map = document.get(target, 'corrected') ?? (await document.load(target, 'corrected'))
      if (!map || document.closed) return
      maps.set(target, map)
    }
    try {
      const applied = history[direction]((target) => maps.get(target)!)
      if (!applied) return
      for (const { target, patches } of applied.maps)
        for (const patch of patches) document.changed(target, 'corrected', tileRect(maps.get(target)!, patch))
      this.#record(applied, `${direction === 'undo' ? 'Undo' : 'Redo'} ${applied.label}`)
      this.#reveal(applied)
    } catch (error) {
      this.parts.notices.report(error)
    }
    this.histories.changed()
  }

  /** Sends an applied edit and counts it as one change of each map. */
  #record(edit: Edit<TaskId>, label: string): void {
    const { workspace, sync, stack, film } = this.parts
    const sample = workspace.document?.detail.id
    if (sample === undefined) return
    sync.push(sample, label, edit.maps)
    for (const map of edit.maps) {
      stack.touch(map.target, 'corrected')
      film.markCorrected(sample, map.target)
    }
  }

  /** An undone change must be seen: turns to its task when it is not on screen. */
  #reveal(edit: Edit<TaskId>): void {
    const { view, workspace } = this.parts
    const shown = edit.maps.some(({ target }) => view.panes.some((pane) => pane.task === target))
    const first = edit.maps[0]
    if (shown || !first) return
    view.task = first.target
    workspace.ensureShown()
  }
}
