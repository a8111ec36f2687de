import type { DatasetInfo, Job, ModelInfo, Sample, SampleDetail, Source, Status } from '../../shared/contract'
import type { ExportPlan, ExportWish } from '../../shared/export'
import type { Problem } from '../../shared/errors'
import type { Mask } from '../../shared/mask'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import { Appearance } from './appearance.svelte'
import { AttentionState } from './attention.svelte'
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
  Connection,
  DepthWindow,
  DialogId,
  EvaluateWish,
  LayerSource,
  LayerState,
  LegendEntry,
  Mode,
  Notice,
  PixelPosition,
  PredictionState,
  ReadoutEntry,
  SampleFilter,
  SampleSort,
  SaveState,
  TaskView,
} from './types'
import { View, type Comparison, type PaneSpec } from './view.svelte'
import { Workspace } from './workspace.svelte'

/**
 * Everything the window knows and can do; one per window, handed down by context. Panels read and call only this class.
 * It holds no pixels in runes: the maps live in `workspace.document`, and `LayerState.revision` says when they change.
 */
export class Editor {
  readonly notices = new Notices()
  readonly camera = new Camera()
  readonly view = new View()
  readonly stack = new LayerStack()
  readonly film: Filmstrip
  readonly sync: SyncQueue
  readonly jobList: JobList
  readonly workspace: Workspace
  readonly limits = new Limits()
  readonly optics: Optics
  readonly painter: Painter
  readonly predictor: Predictor
  readonly attention: AttentionState
  readonly lab = new Lab()
  readonly legendState: Legend
  readonly reviews: Reviews
  readonly session: Session
  readonly keymap: Keymap
  readonly appearance: Appearance

  constructor(
    readonly client: Client,
    { settings, spill }: EditorPlatform = memoryPlatform(),
  ) {
    const { notices, camera, view, stack, limits } = this
    const film = (this.film = new Filmstrip(client, (error) => notices.report(error)))
    this.keymap = new Keymap(settings)
    this.appearance = new Appearance(settings)
    this.sync = new SyncQueue(client, notices)
    this.jobList = new JobList(client, notices)
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
    this.painter = new Painter({ ...parts, settings, spill, attention: () => this.attention.map })
    this.legendState = new Legend(this.workspace, view, stack)
    this.predictor = new Predictor({ client, notices, workspace: this.workspace, stack, film })
    this.attention = new AttentionState(client, notices)
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
  get status(): Status | null {
    return this.session.status
  }
  get connection(): Connection {
    return this.session.connection
  }
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
  /** Opens a folder by its path on the engine's machine. False when it was refused; a notice says why. */
  openDataset(path: string): Promise<boolean> {
    return this.session.openDataset(path)
  }
  openModel(path: string): Promise<boolean> {
    return this.session.openModel(path)
  }

  // Samples.
  /** Samples after filter and sort that are here, as the filmstrip shows them; `film` fetches others. */
  get samples(): readonly Sample[] {
    return this.film.loaded
  }
  get filter(): SampleFilter {
    return this.film.filter
  }
  setFilter(change: Partial<SampleFilter>): void {
    void this.film.show({ ...this.film.filter, ...change }, this.film.sort)
  }
  get sort(): SampleSort {
    return this.film.sort
  }
  setSort(sort: SampleSort): void {
    void this.film.show(this.film.filter, sort)
  }
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
    this.session.modeChanged()
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
  /** Value per task and source under the cursor, of the maps that are loaded. Empty without a cursor. */
  get readout(): readonly ReadoutEntry[] {
    return readoutAt(this, this.cursor)
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
  setOpacity(task: TaskId, source: LayerSource, opacity: number): void {
    this.stack.setOpacity(task, source, opacity)
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
  get soloLayer(): string | null {
    return this.stack.solo
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

  // Classes and ranges.
  get legend(): readonly LegendEntry[] {
    return this.legendState.entries
  }
  get soloClass(): number | null {
    return this.legendState.solo
  }
  /** The class the brush paints, 255 = ignore; null when the active task has no classes. */
  get activeClass(): number | null {
    return this.painter.activeClass
  }
  toggleClass(index: number): void {
    this.legendState.toggle(index)
  }
  setSoloClass(index: number | null): void {
    this.legendState.setSolo(index)
  }
  setActiveClass(index: number): void {
    this.painter.setValue([index])
  }
  get depthWindow(): DepthWindow {
    return this.legendState.depthWindow
  }
  /** A fixed range in metres; `autoDepthWindow` goes back to the fitted one. */
  setDepthWindow(min: number, max: number): void {
    this.legendState.setDepthWindow(min, max)
  }
  autoDepthWindow(): void {
    this.legendState.autoDepthWindow()
  }

  // Tools and history.
  get tool(): string {
    return this.painter.tool
  }
  setTool(tool: string): void {
    this.painter.setTool(tool)
  }
  get brush(): { readonly size: number; readonly classId: number | null } {
    return { size: this.painter.size, classId: this.activeClass }
  }
  /** Diameter in image pixels, 1..500. */
  setBrushSize(size: number): void {
    this.painter.setSize(size)
  }
  /** What the brush paints in the active task, printed with its unit ("wall", "2.31 m", "ignore"). */
  get paintValueText(): string {
    return this.painter.valueText
  }
  /** Cancels the gesture in progress exactly, else closes the open dialog. */
  cancel(): void {
    if (!this.painter.cancel()) this.view.dialog = null
  }
  swapClass(): void {
    this.painter.swap()
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

  // Saving.
  get save(): SaveState {
    return this.sync.state
  }
  get saveProblem(): Problem | null {
    return this.sync.problem
  }
  retrySave(): void {
    this.sync.retry()
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
  async predictAll(): Promise<void> {
    await this.jobList.start({ kind: 'predict', ids: null })
  }
  /** Measures predictions on a split; the report arrives as the job's. */
  async evaluate(wish: EvaluateWish): Promise<void> {
    await this.jobList.start({ kind: 'evaluate', ...wish })
  }
  /** Address of the page of the evaluation that ended last. */
  evaluationReportUrl(): string {
    return this.client.evaluationReportUrl()
  }
  get jobs(): readonly Job[] {
    return this.jobList.items
  }
  /** Waits for unsaved edits, then starts the export; null when it could not start (a notice says why). */
  async exportTo(wish: ExportWish): Promise<Job | null> {
    if (!(await this.sync.drained())) return null
    return this.jobList.start({ kind: 'export', ...wish })
  }
  /** What an export would write. Rejects with why it cannot be written so. */
  planExport(wish: ExportWish, signal: AbortSignal): Promise<ExportPlan> {
    return this.client.planExport(wish, signal)
  }

  get noticeList(): readonly Notice[] {
    return this.notices.items
  }
  dismiss(notice: number): void {
    this.notices.dismiss(notice)
  }
}
