import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import type { Filmstrip } from './filmstrip.svelte'
import type { LayerStack } from './layers.svelte'
import type { Notices } from './notices.svelte'
import type { PredictionState } from './types'
import type { Workspace } from './workspace.svelte'

interface Parts {
  readonly client: Client
  readonly notices: Notices
  readonly workspace: Workspace
  readonly stack: LayerStack
  readonly film: Filmstrip
}

/** Runs the model on the open sample; one run at a time, cancelled by aborting the request. */
export class Predictor {
  state: PredictionState | null = $state.raw(null)
  #abort: AbortController | null = null
  /** Called when the open sample has a new prediction. */
  onPredicted: () => void = () => undefined

  constructor(private readonly parts: Parts) {}

  async run(): Promise<void> {
    const { client, notices, workspace, film } = this.parts
    const sample = workspace.sampleId
    if (sample === null || this.state?.running) return
    const abort = (this.#abort = new AbortController())
    const startedAt = Date.now()
    this.state = { running: true, startedAt, seconds: null, provider: null, cached: false }
    try {
      const { tasks, seconds, provider, cached } = await client.predict(sample, abort.signal)
      film.markPredicted(sample)
      this.state = { running: false, startedAt, seconds, provider, cached }
      if (workspace.sampleId === sample) this.#show(tasks)
    } catch (error) {
      this.state = null
      notices.report(error, [{ label: 'Try again', run: () => void this.run() }])
    } finally {
      if (this.#abort === abort) this.#abort = null
    }
  }

  cancel(): void {
    this.#abort?.abort()
  }

  /** The model changed: what was known of the last run no longer holds. */
  reset(): void {
    this.cancel()
    this.state = null
  }

  /** The user asked for the prediction, so it is put on screen; K hides it again. */
  #show(tasks: readonly TaskId[]): void {
    const { stack, workspace } = this.parts
    stack.preferPrediction = true
    workspace.setPredicted(tasks)
    this.onPredicted()
  }
}
