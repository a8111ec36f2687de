import type { DatasetInfo, Job, ModelInfo, SampleDetail, Source } from '../../shared/contract'
import type { ExportWish } from '../../shared/export'
import type { Mask } from '../../shared/mask'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import { Appearance } from './appearance.svelte'
import { Camera } from './camera.svelte'
import { runCommand } from './commands'
import { showContested } from './contested'
import { Filmstrip } from './filmstrip.svelte'
import type { Gestures } from './gestures.svelte'
import { JobList } from './jobs.svelte'
import { Lab } from './lab/lab.svelte'
import { Limits } from './limits.svelte'
import { Keymap } from './keymap.svelte'
import { LayerStack } from './layers.svelte'
import { Legend } from './legend.svelte'
import { Notices } from './notices.svelte'
import { operationById } from './operations'
import { Optics } from './optics.svelte'
import { Painter } from './painter.svelte'
import { Predictor } from './predictor.svelte'
import { readoutAt } from './readout'
import { Reviews } from './reviews.svelte'
import { Session } from './session.svelte'
import { memoryPlatform, type EditorPlatform } from './settings'
import { SyncQueue } from './sync-queue.svelte'
import type {
  DialogId,
  LayerSource,
  LayerState,
  Mode,
  PixelPosition,
  PredictionState,
  ReadoutEntry,
  TaskView,
} from './types'
import { View, type Comparison, type PaneSpec } from './view.svelte'
import { Workspace } from './workspace.svelte'

/**
 * Everything the window knows and can do; one per window, handed down by context. What concerns one part is
 * read and called there (`editor.legend`, `editor.jobs`); here is what takes several.
 * It holds no pixels in runes: the maps live in `workspace.document`, and `LayerState.revision` says when they change.
 */
export class Editor {
  readonly notices = new Notices()
  readonly camera = new Camera()
  readonly view = new View()
  readonly stack: LayerStack
  readonly film: Filmstrip
  readonly sync: SyncQueue
  readonly jobs: JobList
  readonly workspace: Workspace
  readonly limits = new Limits()
  readonly optics: Optics
  readonly painter: Painter
  readonly predictor: Predictor
  readonly lab: Lab
  readonly legend: Legend
  readonly reviews: Reviews
  readonly session: Session
  readonly keymap: Keymap
  readonly appearance: Appearance

  constructor(
    readonly client: Client,
    { settings, spill }: EditorPlatform = memoryPlatform(),
  ) {
    const { notices, camera, view, limits } = this
    const stack = (this.stack = new LayerStack(settings))
    const film = (this.film = new Filmstrip(client, (error) => notices.report(error)))
    this.keymap = new Keymap(settings)
    this.appearance = new Appearance(settings)
    this.sync = new SyncQueue(client, notices)
    this.jobs = new JobList(client, notices)
    this.workspace = new Workspace({
      client,
      notices,
      camera,
      view,
      stack,
      sync: this.sync,
      predictedTasks: (id) => this.session.predictedTasks(id),
    })
    const { workspace, sync } = this
    this.optics = new Optics(settings, () => this.dataset?.root ?? '')
    const parts = { workspace, view, stack, sync, film, notices, limits, camera, optics: this.optics }
    this.painter = new Painter({ ...parts, settings, spill, attention: () => this.lab.selection.map })
    this.legend = new Legend(this.workspace, view, stack)
    this.predictor = new Predictor({ client, notices, workspace: this.workspace, stack, film })
    this.lab = new Lab({
      client: client.lab,
      model: () => this.model,
      sample: () => this.detail,
      predicted: () => stack.all.some((layer) => layer.source === 'prediction' && layer.available),
      activeTask: () => view.task,
      prediction: async (sample, task, signal) => (await client.map(sample, task, 'prediction', signal)).map,
      document: () => workspace.document,
      selection: () => this.selection,
      watched: () => view.mode === 'attention',
      settings,
    })
    workspace.onShown = (sample) => {
      this.painter.shown(sample)
      this.lab.intervened.shown(sample)
    }
    this.reviews = new Reviews({ ...parts, client, openSample: (id) => this.openSample(id) })
    this.session = new Session(this)
    this.sync.onContested = (contested) => showContested(this, contested)
  }

  /** Reads the status, opens the first sample and follows the engine's events. Call once. */
  start(): Promise<void> {
    return this.session.start()
  }
  dispose(): void {
    this.session.dispose()
    this.workspace.dispose()
  }
  /** Runs a command of `commands.ts` by id when it is enabled; true when it ran. */
  run(commandId: string): boolean {
    return runCommand(this, commandId)
  }

  // The engine, the folder and the model.
  get dataset(): DatasetInfo | null {
    return this.session.status?.dataset ?? null
  }
  get model(): ModelInfo | null {
    return this.session.status?.model ?? null
  }
  /** Tasks of the folder and the model, in the usual order. */
  get tasks(): readonly TaskView[] {
    return this.view.tasks
  }

  // Samples.
  get sampleId(): string | null {
    return this.workspace.sampleId
  }
  get detail(): SampleDetail | null {
    return this.workspace.detail
  }
  get loading(): boolean {
    return this.workspace.loading
  }
  openSample(id: string): Promise<void> {
    return this.session.openSample(id)
  }
  /** Opens the shown sample `steps` further; nothing happens at the ends. */
  async step(steps: number): Promise<void> {
    const next = await this.film.neighbour(steps)
    if (next) await this.openSample(next.id)
  }

  // What is looked at.
  get mode(): Mode {
    return this.view.mode
  }
  setMode(mode: Mode): void {
    this.painter.cancel()
    this.view.mode = mode
    this.workspace.ensureShown()
  }
  setTask(task: TaskId): void {
    this.painter.cancel()
    this.view.task = task
    this.painter.fitTool()
    this.workspace.ensureShown()
  }
  setLayout(layout: 'single' | 'grid'): void {
    this.painter.cancel()
    this.view.layout = layout
    this.workspace.ensureShown()
  }
  get task(): TaskView | null {
    return this.view.active
  }
  get panes(): readonly PaneSpec[] {
    return this.view.panes
  }
  get cursor(): PixelPosition | null {
    return this.view.cursor
  }
  setCursor(cursor: PixelPosition | null): void {
    this.view.setCursor(cursor)
  }
  /** Value per task and source at `view.readAt`, of the maps that are loaded. Empty without a cursor. */
  get readout(): readonly ReadoutEntry[] {
    return readoutAt(this, this.view.readAt.shown)
  }
  get dialog(): DialogId | null {
    return this.view.dialog
  }
  setDialog(dialog: DialogId | null): void {
    this.view.dialog = dialog
  }

  // Layers.
  get layers(): readonly LayerState[] {
    return this.stack.all
  }
  /** A task's layers from the bottom up. */
  layersOf(task: TaskId): readonly LayerState[] {
    return this.stack.of(task)
  }
  setVisible(task: TaskId, source: LayerSource, visible: boolean): void {
    this.stack.setVisible(task, source, visible)
    this.workspace.ensureShown()
  }
  /** A locked layer cannot be edited; what is being painted on it is taken back. */
  setLocked(task: TaskId, source: LayerSource, locked: boolean): void {
    this.painter.cancel()
    this.stack.setLocked(task, source, locked)
  }
  /** Looks at two layers of each task at once; the same call again goes back to the stack of layers. */
  compare(comparison: Comparison): void {
    this.painter.cancel()
    this.view.compare(comparison)
    this.workspace.ensureShown()
  }
  setSide(side: 0 | 1, source: LayerSource): void {
    this.view.setSide(side, source)
    this.workspace.ensureShown()
  }
  /** Shows one layer of a task alone; the same call again ends it. */
  solo(task: TaskId, source: LayerSource): void {
    this.stack.toggleSolo(task, source)
    this.workspace.ensureShown()
  }
  /** Shows one map of every task, alone over the photo; the same call again goes back to the corrected label, or hides it. */
  toggleSource(source: Source): void {
    const shown = this.stack.get(this.view.task, source)?.visible ?? false
    const next = !shown ? source : source === 'corrected' ? null : 'corrected'
    this.stack.preferPrediction = next === 'prediction'
    for (const { id } of this.tasks) {
      this.stack.showOnly(id, next)
      this.stack.settle(id)
    }
    this.workspace.ensureShown()
  }

  // Tools and history.
  /** The class the brush paints, 255 = ignore; null when the active task has no classes. */
  get activeClass(): number | null {
    return this.painter.paint.activeClass
  }
  setActiveClass(index: number): void {
    this.painter.paint.value = [index]
  }
  get tool(): string {
    return this.painter.tool
  }
  setTool(tool: string): void {
    this.painter.setTool(tool)
  }
  get brush(): { readonly size: number; readonly classId: number | null } {
    return { size: this.painter.brush.size, classId: this.activeClass }
  }
  /** Diameter in image pixels, 1..500. */
  setBrushSize(size: number): void {
    this.painter.brush.size = size
  }
  /** Cancels the gesture in progress exactly, else closes the open dialog, else lets the pinned pixel go. */
  cancel(): void {
    if (this.painter.cancel()) return
    if (this.view.dialog !== null) this.view.dialog = null
    else if (this.mode === 'attention') this.lab.unpin()
  }
  /** Undo, redo and the list of what was done to the open sample. */
  get history(): Gestures {
    return this.painter.gestures
  }

  // Selection and operations.
  /** What is selected in the open sample; null = nothing, and then everything may be painted. */
  get selection(): Mask | null {
    return this.painter.gestures.selection
  }
  /** Does an operation of `operations/index.ts` to the selection in the active task. */
  operate(id: string): Promise<boolean> {
    const operation = operationById(id)
    return operation ? this.painter.operate(operation) : Promise.resolve(false)
  }

  /** Selects where the map over the panes is strong, as previewed, and goes to where one corrects with it. */
  async selectMap(): Promise<void> {
    const { selection } = this.lab
    this.painter.choices.set('op.select-attention', 'share', selection.threshold)
    if (!(await this.operate('select-attention'))) return
    selection.open = false
    this.setMode('correct')
  }

  // Predictions, jobs and export.
  get prediction(): PredictionState | null {
    return this.predictor.state
  }
  predict(): Promise<void> {
    return this.predictor.run()
  }
  cancelPredict(): void {
    this.predictor.cancel()
  }
  /** Waits for unsaved edits, then starts the export; null when it could not start (a notice says why). */
  async exportTo(wish: ExportWish): Promise<Job | null> {
    if (!(await this.sync.drained())) return null
    return this.jobs.start({ kind: 'export', ...wish })
  }
}
