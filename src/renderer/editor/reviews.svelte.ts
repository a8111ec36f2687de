import { overallState, type Review, type ReviewState } from '../../shared/review'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import type { Filmstrip } from './filmstrip.svelte'
import type { Notices } from './notices.svelte'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

interface Parts {
  readonly client: Client
  readonly workspace: Workspace
  readonly view: View
  readonly film: Filmstrip
  readonly notices: Notices
  readonly openSample: (id: string) => Promise<void>
}

export interface ReviewRow {
  readonly task: TaskId
  readonly label: string
  readonly state: ReviewState
  readonly comment: string
}

/** Where the work on the open sample's labels stands. */
export class Reviews {
  constructor(private readonly parts: Parts) {}

  /** One row per label of the open sample. */
  readonly rows: readonly ReviewRow[] = $derived.by(() => {
    const { detail } = this.parts.workspace
    if (!detail) return []
    // A label that was begun from nothing has no file yet, but it was worked on.
    const labelled = this.parts.view.tasks.filter(
      ({ id }) => detail.labels.includes(id) || detail.reviews[id],
    )
    return labelled.map(({ id, label }) => {
      const { state, comment } = detail.reviews[id] ?? { state: 'todo', comment: '' }
      return { task: id, label, state, comment }
    })
  })
  readonly overall: ReviewState = $derived(overallState(this.rows.map(({ state }) => state)))

  /** Saves a decision on one label of the open sample; a failure is reported and changes nothing. */
  async set(task: TaskId, change: Partial<Pick<Review, 'state' | 'comment'>>): Promise<boolean> {
    const { client, workspace, notices } = this.parts
    const row = this.rows.find((candidate) => candidate.task === task)
    const sample = workspace.detail?.id
    if (!row || sample === undefined) return false
    try {
      const { state, comment } = { ...row, ...change }
      this.note(sample, task, await client.review(sample, task, { state, comment }))
      return true
    } catch (error) {
      notices.report(error)
      return false
    }
  }

  /** The same decision on every label of the open sample; comments stay. */
  async setAll(state: ReviewState): Promise<boolean> {
    for (const { task } of this.rows) if (!(await this.set(task, { state }))) return false
    return true
  }

  /** Takes note of a decision made here or in another window. */
  note(sample: string, task: TaskId, review: Review): void {
    const { workspace, film } = this.parts
    film.markReviewed(sample, task, review.state)
    const { detail } = workspace
    if (detail?.id === sample)
      workspace.detail = { ...detail, reviews: { ...detail.reviews, [task]: review } }
  }

  /** A corrected label on which nothing was decided is being worked on, as the engine has it. */
  corrected(sample: string, task: TaskId): void {
    const { detail } = this.parts.workspace
    if (detail?.id === sample && !detail.reviews[task])
      this.note(sample, task, { state: 'doing', comment: '', time: '' })
  }

  /** Marks every label of the open sample done and opens the next shown sample. */
  async finish(): Promise<void> {
    if (!(await this.setAll('done'))) return
    const next = await this.parts.film.neighbour(1)
    if (next) await this.parts.openSample(next.id)
  }
  /** Opens the next shown sample with work left, from the start again after the last. */
  async openNextUnfinished(): Promise<void> {
    const { film, notices, openSample } = this.parts
    const next = await film.nextUnfinished()
    if (next !== null) await openSample(next)
    else notices.push('info', 'Every sample shown is done or rejected.')
  }
}
