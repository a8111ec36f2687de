import type { SampleDetail, Source } from '../../shared/contract'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import type { Camera } from './camera.svelte'
import { Document } from './document'
import type { LayerStack } from './layers.svelte'
import type { Notices } from './notices.svelte'
import type { SyncQueue } from './sync-queue.svelte'
import type { LayerSource, MapSource } from './types'
import { sourcesOf, type View } from './view.svelte'

interface Parts {
  readonly client: Client
  readonly notices: Notices
  readonly camera: Camera
  readonly view: View
  readonly stack: LayerStack
  readonly sync: SyncQueue
  /** Tasks with a finished prediction of this sample by the open model. */
  predictedTasks(id: string): readonly TaskId[]
}

/** The open sample: its id, its details, its maps. A newer request supersedes an older one. */
export class Workspace {
  sampleId: string | null = $state(null)
  detail: SampleDetail | null = $state.raw(null)
  /** True from the choice of a sample until its details are here. */
  loading = $state(false)
  /** Replaced, never changed, when another sample opens; views subscribe to it anew. */
  document: Document | null = $state.raw(null)
  #request = new AbortController()
  /** Called before the maps on screen are replaced, so that a gesture can be taken back on the old ones. */
  onLeave: () => void = () => undefined

  /** Called when a sample's maps are on screen. */
  onShown: (sample: string) => void = () => undefined

  constructor(private readonly parts: Parts) {
    parts.sync.onSettled = (sample, task, revision) => {
      if (revision === null) void this.reload(sample, task)
    }
  }

  /** Opens a sample; the one before stays on screen until the new one can be shown. Resolves when it is, or was superseded. */
  async open(id: string): Promise<void> {
    this.#request.abort()
    const request = (this.#request = new AbortController())
    this.sampleId = id
    this.loading = true
    try {
      const detail = await this.parts.client.sample(id, request.signal)
      if (request.signal.aborted) return
      this.#show(detail)
    } catch (error) {
      if (!request.signal.aborted)
        this.parts.notices.report(error, [{ label: 'Try again', run: () => void this.open(id) }])
    } finally {
      if (!request.signal.aborted) this.loading = false
    }
  }

  close(): void {
    this.#request.abort()
    this.onLeave()
    this.document?.dispose()
    this.document = null
    this.detail = null
    this.sampleId = null
    this.loading = false
  }
  dispose(): void {
    this.close()
  }

  /** A loaded map; reading it also follows its revision, so that what is computed from it is computed again. */
  map(task: TaskId, source: MapSource): DenseMap | undefined {
    if (source !== 'intervened') void this.parts.stack.get(task, source)?.revision
    return this.document?.get(task, source)
  }

  /** Fetches what is visible in the panes and not here yet, then the rest, which the values under the cursor are read from. */
  ensureShown(): void {
    const { document } = this
    if (!document) return
    const { view, stack } = this.parts
    const shown = view.panes.flatMap((pane) => {
      const sources =
        pane.source === null ? stack.drawn(pane.task).map((layer) => layer.source) : sourcesOf(pane)
      return sources.map((source) => ({ task: pane.task, source }))
    })
    const rest = view.tasks.flatMap(({ id }) => [
      { task: id, source: 'corrected' as const },
      { task: id, source: 'prediction' as const },
    ])
    void this.#loadAll(document, shown).then(() => this.#loadAll(document, rest))
  }

  async #loadAll(
    document: Document,
    wanted: readonly { task: TaskId; source: LayerSource }[],
  ): Promise<void> {
    const loads = wanted.flatMap(({ task, source }) =>
      source !== 'photo' && !document.closed && this.parts.stack.get(task, source)?.available
        ? [document.load(task, source)]
        : [],
    )
    await Promise.all(loads)
  }

  /** Fetches a map of the open sample again, e.g. after a new prediction or a correction made elsewhere. */
  async reload(sample: string, task: TaskId, source: Source = 'corrected'): Promise<void> {
    if (this.detail?.id !== sample) return
    if (source === 'corrected') {
      try {
        const detail = await this.parts.client.sample(sample)
        if (this.detail?.id === sample) this.#show(detail)
      } catch (error) {
        this.parts.notices.report(error, [
          { label: 'Try again', run: () => void this.reload(sample, task, source) },
        ])
      }
      return
    }
    this.document?.forget(task, source)
    this.ensureShown()
  }

  /** Says that the open sample now has predictions of these tasks. */
  setPredicted(tasks: readonly TaskId[]): void {
    for (const task of tasks) {
      this.parts.stack.setAvailable(task, 'prediction', true)
      this.parts.stack.settle(task)
      this.document?.forget(task, 'prediction')
    }
    this.ensureShown()
  }

  #show(detail: SampleDetail): void {
    const { client, notices, camera, view, stack, sync } = this.parts
    this.onLeave()
    this.document?.dispose()
    const document = new Document(
      client,
      detail,
      (task, { map, revision }) => sync.adopt(detail.id, task, map, revision),
      (error) => notices.report(error),
    )
    document.subscribe((task, source, rect) => {
      // Whole maps only: a stroke counts as one change when it ends, not on every move.
      if (rect === null && source !== 'intervened') stack.touch(task, source)
    })
    this.detail = detail
    this.document = document
    this.onShown(detail.id)
    camera.setImage(detail.width, detail.height)
    const predicted = this.parts.predictedTasks(detail.id)
    for (const { id } of view.tasks) {
      const labelled = detail.labels.includes(id)
      stack.setAvailable(id, 'label', labelled)
      // A task without a label file starts from an empty label.
      stack.setAvailable(id, 'corrected', labelled || detail.empty.includes(id))
      stack.setAvailable(id, 'prediction', predicted.includes(id))
      stack.settle(id)
    }
    this.ensureShown()
  }
}
