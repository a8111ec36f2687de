import type { Source } from '../../shared/contract'
import { tileRect, writeTile, type TileBytes } from '../../shared/edit'
import type { Entry } from '../../shared/history'
import type { CombineMode } from '../../shared/mask'
import type { CellPoint, ImagePoint } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import type { Camera } from './camera.svelte'
import { BrushSettings } from './brush-settings.svelte'
import { Choices } from './choices.svelte'
import { GestureContext } from './gesture-context'
import { hostOf } from './gesture-host'
import { Gestures, type GestureParts } from './gestures.svelte'
import { Needs } from './needs'
import type { Operation } from './operations/operation'
import type { Optics } from './optics.svelte'
import { PaintValues } from './paint-values.svelte'
import { obstacleTo, uncover } from './readiness'
import type { Settings } from './settings'
import { toolById } from './tools'
import {
  NO_MODIFIERS,
  type HoverPlace,
  type Modifiers,
  type OverlayShape,
  type PointerSample,
  type Tool,
  type ToolGesture,
} from './tools/tool'
import type { Transaction } from './transaction'
import type { LabMap, TaskView } from './types'

export interface PainterParts extends GestureParts {
  readonly settings: Settings
  readonly camera: Camera
  readonly attention: () => LabMap | null
  readonly optics: Optics
}

/** Tools and operations at work: what they use, and the gesture in progress. */
export class Painter {
  tool: string = $state('brush')
  readonly brush: BrushSettings
  readonly paint: PaintValues
  /** How a new selection combines with the one that is there. */
  selectMode: CombineMode = $state('replace')
  readonly choices: Choices
  readonly gestures: Gestures
  readonly #needs: Needs
  /** Where the depth brush clones from, on this sample. */
  cloneSource: CellPoint | null = $state.raw(null)
  /** The operation whose result is shown but not kept yet. */
  preview: { readonly operation: Operation; readonly task: TaskId; readonly result: string | null } | null =
    $state.raw(null)
  #gesture: ToolGesture | null = $state.raw(null)
  /** The gesture whose selection still follows its tool's parameters, while it is the last entry of the history. */
  #adjustable: { readonly gesture: ToolGesture; readonly entry: Entry } | null = null

  constructor(private readonly parts: PainterParts) {
    this.choices = new Choices(parts.settings)
    this.brush = new BrushSettings(parts.settings)
    this.paint = new PaintValues(parts.view)
    this.gestures = new Gestures(parts)
    this.#needs = new Needs(parts, this.choices)
    parts.workspace.onLeave = () => this.cancel()
  }

  /** A sample's maps are on screen. */
  shown(sample: string): void {
    this.gestures.histories.open(sample)
    this.cloneSource = null
  }

  /** True while a gesture of a tool is in progress, or an operation is previewed. */
  get painting(): boolean {
    return this.gestures.active
  }
  /** True while a gesture waits for its next click. */
  get clicking(): boolean {
    return this.#gesture?.press !== undefined
  }
  get activeTool(): Tool {
    return toolById(this.tool)
  }
  /** What the tool shows over the panes now. */
  get overlay(): readonly OverlayShape[] {
    if (this.#gesture) return this.#gesture.overlay?.() ?? []
    const { id, params, resting } = this.activeTool
    return resting?.(this.choices.of(`tool.${id}`, params), this.cloneSource) ?? []
  }

  /** What the tool shows under the pointer between gestures. */
  get hover(): readonly OverlayShape[] {
    const { id, params, hover } = this.activeTool
    const place = this.#hoverPlace
    return place ? hover(this.choices.of(`tool.${id}`, params), place) : []
  }
  /** The pointer rests: makes what the tool shows there. False when that is as before. */
  rest(): boolean {
    const { id, params, rest } = this.activeTool
    const place = this.#hoverPlace
    return place !== null && rest(this.choices.of(`tool.${id}`, params), place)
  }
  get #hoverPlace(): HoverPlace | null {
    const { view, workspace } = this.parts
    const photo = workspace.document?.photo
    return photo && view.cursor && !this.painting ? { photo, cell: view.cursor } : null
  }

  setTool(id: string): void {
    this.cancel()
    this.tool = toolById(id).id
    this.#preload()
  }
  /** Goes back to the brush when the tool means nothing in the active task. */
  fitTool(): void {
    const { active } = this.parts.view
    if (active && !toolById(this.tool).kinds.includes(active.kind)) this.setTool('brush')
  }
  /**
   * Begins the tool's gesture on a pane of `task`, or gives a gesture of several clicks its next one; `shown` names the
   * pane's map when it is not the layer stack, and `erase` puts the eraser in the tool's place. False when there is nothing to do it on (yet).
   */
  pointerDown(
    task: TaskId,
    point: ImagePoint & { readonly pressure?: number },
    {
      shown = null,
      modifiers = NO_MODIFIERS,
      erase = false,
    }: { shown?: Source | null; modifiers?: Modifiers; erase?: boolean } = {},
  ): boolean {
    const sample = sampleOf(point)
    const { view } = this.parts
    if (this.#gesture?.press) {
      this.#attempt(() => {
        if (this.#gesture?.press?.(sample, modifiers)) this.#finish()
      })
      return true
    }
    if (this.preview) this.applyPreview()
    view.task = task
    const tool = erase ? toolById('eraser') : this.activeTool
    const context = this.#open(tool, `tool.${tool.id}`, shown)
    if (!context) return false
    if (tool.edits) uncover(this.parts.stack, task)
    this.#attempt(() => {
      this.#gesture = tool.begin(context, sample, modifiers)
    })
    if (!this.#gesture) this.gestures.cancel()
    return this.#gesture !== null
  }

  /** Continues the gesture through every point since the last call. */
  pointerMove(
    points: readonly (ImagePoint & { readonly pressure?: number })[],
    modifiers = NO_MODIFIERS,
  ): void {
    this.#attempt(() => this.#gesture?.move(points.map(sampleOf), modifiers))
  }
  pointerUp(): void {
    if (this.#gesture && !this.#gesture.press) this.#finish()
  }
  /** Ends a gesture of several clicks, or keeps a previewed operation. */
  finish(): void {
    if (this.#gesture) this.#finish()
    else this.applyPreview()
  }
  /** Lets the selection made last follow the tool's parameters as they are now; the same step of the history. */
  adjust(): void {
    const { histories } = this.gestures
    if (!this.#adjustable || this.painting || histories.current.next('undo') !== this.#adjustable.entry)
      return
    const mask = this.#adjustable.gesture.adjusted?.()
    if (mask) histories.selection = mask.bounds ? mask : null
  }
  /** Takes the last click of a gesture of several clicks back. */
  back(): void {
    if (this.#gesture?.back && !this.#gesture.back()) this.cancel()
  }

  /** Takes the gesture in progress back, byte for byte; false when there was none. */
  cancel(): boolean {
    this.#gesture?.cancel?.()
    this.#gesture = null
    this.preview = null
    return this.gestures.cancel()
  }

  /** Does an operation at once with the parameters chosen last. Resolves false when it could not run (a notice says why). */
  async operate(operation: Operation): Promise<boolean> {
    this.cancel()
    if (!(await this.#ready(operation))) return false
    const result = this.#run(operation)
    if (result === false) return false
    this.gestures.commit()
    if (result) this.parts.notices.push('info', result)
    return true
  }

  /** Shows what an operation would do; calling it again with other parameters takes the first result back. */
  async showPreview(operation: Operation): Promise<boolean> {
    this.cancel()
    if (!(await this.#ready(operation))) return false
    const result = this.#run(operation)
    if (result === false) return false
    this.preview = { operation, task: this.parts.view.task, result }
    return true
  }
  /** Keeps the previewed result as one step. */
  applyPreview(): void {
    if (!this.preview) return
    this.preview = null
    this.gestures.commit()
  }

  /** Lays whole tiles over a corrected map of the open sample, as one gesture. */
  async putTiles(task: TaskId, label: string, tiles: readonly TileBytes[]): Promise<void> {
    const { document } = this.parts.workspace
    const map = await document?.load(task, 'corrected')
    if (!map || document !== this.parts.workspace.document) return
    this.cancel()
    const transaction = this.gestures.begin(label, false)
    for (const tile of tiles)
      transaction?.write(task, tileRect(map, tile), (target) => writeTile(target, tile))
    this.gestures.commit()
  }

  /** What a tool fails at is reported, and the gesture taken back: an open transaction would block every later one. */
  #attempt(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.cancel()
      this.parts.notices.report(error)
    }
  }

  #finish(): void {
    const gesture = this.#gesture
    this.#attempt(() => gesture?.finish())
    if (this.#gesture !== gesture) return
    this.#gesture = null
    this.gestures.commit()
    const entry = this.gestures.histories.current.next('undo')
    this.#adjustable = gesture?.adjusted && entry ? { gesture, entry } : null
  }

  /** The result's sentence or null; false when it did not run, after which nothing has changed. */
  #run(operation: Operation): string | null | false {
    const context = this.#open(operation, `op.${operation.id}`, null)
    if (!context) return false
    try {
      context.label(operation.label)
      const result = operation.run(context) ?? null
      if (operation.edits) uncover(this.parts.stack, context.task.id)
      return result
    } catch (error) {
      this.gestures.cancel()
      this.parts.notices.report(error)
      return false
    }
  }

  /** Loads what an operation reads; false when it cannot be had (a notice says why). */
  async #ready(operation: Operation): Promise<boolean> {
    const { document } = this.parts.workspace
    const task = this.parts.view.active
    if (!document || !task) return false
    for (const need of this.#needs.of(operation, `op.${operation.id}`, task)) await this.#needs.load(need)
    const { workspace, view } = this.parts
    return document === workspace.document && task.id === view.task && !this.painting
  }

  /** A context with an open transaction; null, said in a notice, when the tool or operation cannot work here now. */
  #open(what: Tool | Operation, owner: string, shown: Source | null): GestureContext | null {
    const { view, workspace, notices } = this.parts
    const { document } = workspace
    const task = view.active
    if (this.painting || !document || !task || workspace.loading) return null
    const problem = obstacleTo(what, owner, {
      task,
      parts: this.parts,
      needs: this.#needs,
      gestures: this.gestures,
    })
    if (problem !== null) {
      notices.push('info', problem)
      return null
    }
    const transaction = this.gestures.begin(what.label)
    return transaction && this.#context(what, owner, { task, transaction, shown })
  }

  #context(
    what: Tool | Operation,
    owner: string,
    { task, transaction, shown }: { task: TaskView; transaction: Transaction; shown: Source | null },
  ): GestureContext {
    return new GestureContext(
      task,
      hostOf(this, this.parts, shown),
      transaction,
      this.choices.of(owner, what.params),
    )
  }

  /** Fetches what the tool reads, so that the first press finds it. */
  #preload(): void {
    const task = this.parts.view.active
    const tool = this.activeTool
    if (task) for (const need of this.#needs.of(tool, `tool.${tool.id}`, task)) void this.#needs.load(need)
  }
}

function sampleOf({ x, y, pressure = 1 }: ImagePoint & { readonly pressure?: number }): PointerSample {
  return { x, y, pressure }
}
