import type { SampleProblem, ServerEvent, Status } from '../../shared/contract'
import { AppError, assertNever } from '../../shared/errors'
import { LAB_JOB_KINDS } from '../../shared/lab/jobs'
import type { TaskId } from '../../shared/tasks'
import type { Editor } from './editor.svelte'
import type { Connection } from './types'

/** The conversation with the engine: status, folder, model, sample list, events. */
export class Session {
  status: Status | null = $state.raw(null)
  connection: Connection = $state('connecting')
  /** True while a folder or model is being opened. */
  opening = $state(false)
  #stop: (() => void) | null = null
  /** The folder holds other files than its list says, and a notice says so. */
  #stale = false

  constructor(private readonly editor: Editor) {
    editor.predictor.onPredicted = () => void this.#lookAhead()
  }

  async start(): Promise<void> {
    this.#stop ??= this.editor.client.follow({
      opened: () => void this.#opened(),
      lost: () => {
        this.connection = 'lost'
      },
      event: (event) => this.#event(event),
    })
    await this.refresh()
  }

  dispose(): void {
    this.#stop?.()
    this.#stop = null
  }

  /** Reads status and samples anew and opens the first sample when none is open. */
  async refresh(): Promise<void> {
    const { client, view, stack, notices } = this.editor
    try {
      const before = this.status?.dataset?.root
      const status = await client.status()
      if (before !== undefined && before !== status.dataset?.root) this.#leaveFolder()
      this.status = status
      this.connection = 'ready'
      this.editor.lab.interventions.follow(status.model?.hash ?? null)
      for (const { message } of status.problems) notices.push('error', message)
      view.setTasks(status.dataset, status.model)
      stack.setTasks(view.tasks.map((task) => task.id))
      if (status.dataset && status.dataset.root !== before) await this.#readSamples()
    } catch (error) {
      this.connection = 'lost'
      notices.report(error, [{ label: 'Try again', run: () => void this.refresh() }])
    }
  }

  async openDataset(path: string): Promise<boolean> {
    return this.#open(async () => {
      const { editor } = this
      if (!(await editor.sync.drained()))
        throw new AppError(
          'write_failed',
          'Unsaved edits could not be saved, so the open folder was kept. Save again, then open the other folder.',
        )
      editor.lab.leaveFor(null)
      await editor.client.openDataset(path)
      this.#leaveFolder()
      await this.refresh()
    })
  }

  async openModel(path: string): Promise<boolean> {
    return this.#open(async () => {
      await this.editor.client.openModel(path)
      await this.#modelChanged()
    })
  }

  async openSample(id: string): Promise<void> {
    const { editor } = this
    if (id === editor.sampleId && editor.detail?.id === id) return
    editor.painter.cancel()
    editor.predictor.reset()
    editor.film.follow(id)
    await editor.workspace.open(id)
    editor.lab.leaveFor(id)
    void this.#lookAhead()
  }

  /** Opens the sample a problem is about, or says that the folder has none of that id. */
  async showProblem({ sample, file, message }: SampleProblem): Promise<void> {
    const { client, notices } = this.editor
    try {
      const { place } = await client.samples({}, { offset: 0, limit: 1, id: sample })
      if (place !== null) await this.openSample(sample)
      else
        notices.push(
          'info',
          `“${sample || file}” is not among this folder's samples, so it cannot be opened: ${message}.`,
        )
    } catch (error) {
      notices.report(error)
    }
  }

  /** Who looks at a prediction will look at the next one: it is computed while the model is not in use. */
  async #lookAhead(): Promise<void> {
    const { client, film, sampleId } = this.editor
    if (sampleId === null || this.predictedTasks(sampleId).length === 0) return
    const next = await film.neighbour(1)
    if (!next || next.predicted || this.editor.sampleId !== sampleId) return
    // Nothing was promised: without it the prediction is made when it is asked for.
    await client.prefetch(next.id).catch(() => undefined)
  }

  predictedTasks(id: string): readonly TaskId[] {
    const { film, workspace } = this.editor
    const predicted = film.isPredicted(id) || (workspace.detail?.id === id && workspace.detail.predicted)
    return predicted ? (this.status?.model?.tasks.map((task) => task.id) ?? []) : []
  }

  /** Edits of a folder that is gone must never reach the samples of the next one, which may have the same ids. */
  #leaveFolder(): void {
    const { workspace, sync, painter, notices, lab, jobs } = this.editor
    workspace.close()
    lab.forget()
    jobs.leave(['evaluate', ...LAB_JOB_KINDS])
    painter.gestures.histories.clear()
    this.status = null
    const lost = sync.reset()
    if (lost > 0)
      notices.push(
        'error',
        `The engine opened another folder while ${lost} edits were not saved; they could not be kept.`,
      )
  }

  async #open(work: () => Promise<void>): Promise<boolean> {
    if (this.opening) return false
    this.opening = true
    try {
      await work()
      return true
    } catch (error) {
      this.editor.notices.report(error)
      return false
    } finally {
      this.opening = false
    }
  }

  async #readSamples(): Promise<void> {
    const { film } = this.editor
    this.#stale = false
    film.clear()
    await film.reload()
    const first = film.at(0)
    if (first && this.editor.sampleId === null) void this.openSample(first.id)
  }

  async #modelChanged(): Promise<void> {
    const { film, predictor, workspace, lab, jobs } = this.editor
    predictor.reset()
    film.forgetPredictions()
    await this.refresh()
    lab.forget()
    jobs.leave(LAB_JOB_KINDS)
    await film.reload()
    if (workspace.detail) await workspace.open(workspace.detail.id)
  }

  async #opened(): Promise<void> {
    const wasLost = this.connection === 'lost'
    this.connection = 'ready'
    if (!wasLost) return
    this.editor.sync.retry()
    await this.refresh()
    await this.editor.jobs.refresh()
  }

  /** Every file's header was looked at: what is wrong with the folder is known now. */
  async #scanned(): Promise<void> {
    const root = this.status?.dataset?.root
    const status = await this.editor.client.status().catch(() => null)
    if (!status || !this.status || status.dataset?.root !== root) return
    this.status = status
    await this.editor.film.reload()
  }

  /** Another program wrote to the folder: what is on screen is read again; corrections are kept. */
  async #filesChanged(samples: readonly string[], list: boolean): Promise<void> {
    const { film, notices, workspace, lab } = this.editor
    film.touch(samples)
    if (samples.length > 0) lab.forget()
    const open = workspace.detail?.id
    if (open !== undefined && samples.includes(open)) await workspace.reload(open, 'semseg')
    const root = this.status?.dataset?.root
    if (!list || root === undefined || this.#stale) return
    this.#stale = true
    notices.push('info', 'Files were added to this folder or taken from it by another program.', [
      { label: 'Read it again', run: () => void this.openDataset(root) },
    ])
  }

  /** A background job predicted the open sample. */
  #predictedElsewhere(sample: string): void {
    this.editor.workspace.setPredicted(this.predictedTasks(sample))
  }

  #event(event: ServerEvent): void {
    const { film, jobs, workspace, sync } = this.editor
    switch (event.type) {
      case 'job':
        jobs.update(event.job)
        return
      case 'prediction':
        film.markPredicted(event.sample)
        if (event.sample === workspace.detail?.id && !this.editor.predictor.state?.running)
          this.#predictedElsewhere(event.sample)
        return
      case 'correction':
        film.markCorrected(event.sample, event.task)
        this.editor.reviews.corrected(event.sample, event.task)
        sync.noticed(event.sample, event.task, event.revision)
        this.editor.lab.intervened.corrected(event.sample)
        return
      case 'review':
        this.editor.reviews.note(event.sample, event.task, event.review)
        return
      case 'dataset':
        if (!this.opening) void this.refresh()
        return
      case 'scan':
        if (event.done === event.total && !this.opening) void this.#scanned()
        return
      case 'files':
        void this.#filesChanged(event.samples, event.list)
        return
      case 'averaging':
        this.editor.lab.intervened.averaging = event.done < event.total ? event : null
        return
      case 'model':
        if (!this.opening) void this.#modelChanged()
        return
      default:
        assertNever(event)
    }
  }
}
