import { writeTile, type TileBytes } from '../../shared/edit'
import { AppError, problemFrom, type Problem } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import type { Notices } from './notices.svelte'
import type { SaveState } from './types'

/** Edits of one map that the engine has not confirmed; `tiles` are absolute bytes, so sending one twice does no harm. */
interface Unsent {
  readonly sample: string
  readonly task: TaskId
  readonly label: string
  readonly tiles: readonly TileBytes[]
}

/**
 * Sends committed edits to the engine in the order they were made, one at a time. Nothing is dropped: a failure stops the
 * queue and keeps it until `retry`, and a conflict waits for the user to choose a side.
 */
export class SyncQueue {
  state: SaveState = $state('saved')
  problem: Problem | null = $state.raw(null)
  /** Edits not yet confirmed, the one under way included. */
  pending = $state(0)

  #queue: Unsent[] = []
  #sending = false
  readonly #revisions = new Map<string, number>()
  #waiting: ((saved: boolean) => void)[] = []
  /** Called with each confirmed revision, and with null when the map must be read again. */
  onSettled: (sample: string, task: TaskId, revision: number | null) => void = () => undefined

  constructor(
    private readonly client: Client,
    private readonly notices: Notices,
  ) {}

  get unsaved(): boolean {
    return this.pending > 0
  }

  /**
   * Takes note of the revision a corrected map was read at and puts unsent edits back on it, so that leaving a sample
   * before its edits were sent loses nothing. False when edits were saved after the map was read: it must be read again.
   */
  adopt(sample: string, task: TaskId, map: DenseMap, revision: number): boolean {
    const mine = this.#queue.filter((edit) => edit.sample === sample && edit.task === task)
    for (const { tiles } of mine) for (const tile of tiles) writeTile(map, tile)
    if (mine.length > 0) return true
    if (revision < (this.#revisions.get(keyOf(sample, task)) ?? 0)) return false
    this.#revisions.set(keyOf(sample, task), revision)
    return true
  }

  /** The engine says a map has this revision; when it is news, someone else corrected it and it is read again. */
  noticed(sample: string, task: TaskId, revision: number): void {
    const known = this.#revisions.get(keyOf(sample, task))
    const mine = this.#queue.some((edit) => edit.sample === sample && edit.task === task)
    if (!mine && known !== undefined && revision > known) this.onSettled(sample, task, null)
  }

  /** Another folder is open: what was known of the one before means nothing. Returns the edits that could not be saved. */
  reset(): number {
    const lost = this.#queue.length
    this.#queue = []
    this.#revisions.clear()
    this.pending = 0
    this.problem = null
    this.state = 'saved'
    this.#resolve(lost === 0)
    return lost
  }

  push(sample: string, task: TaskId, label: string, tiles: readonly TileBytes[]): void {
    this.#queue.push({ sample, task, label, tiles })
    this.pending = this.#queue.length
    if (this.state !== 'failed') void this.#send()
  }

  /** Tries again after a failure. */
  retry(): void {
    if (this.state === 'failed') void this.#send()
  }

  /** Resolves true when everything is saved, false as soon as saving fails. */
  drained(): Promise<boolean> {
    if (this.#queue.length === 0) return Promise.resolve(true)
    this.retry()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async #send(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    this.problem = null
    this.state = 'saving'
    let edit = this.#queue[0]
    try {
      for (; edit; edit = this.#queue[0]) {
        const { sample, task, label, tiles } = edit
        const baseRevision = this.#revisions.get(keyOf(sample, task)) ?? 0
        const { revision } = await this.client.correct(sample, task, { baseRevision, label, tiles })
        this.#revisions.set(keyOf(sample, task), revision)
        this.#queue.shift()
        this.pending = this.#queue.length
        this.onSettled(sample, task, revision)
      }
      this.state = 'saved'
      this.#resolve(true)
    } catch (error) {
      this.state = 'failed'
      this.problem = problemFrom(error)
      if (edit && error instanceof AppError && error.code === 'revision_conflict') this.#conflict(edit)
      else this.notices.report(error, [{ label: 'Save again', run: () => this.retry() }])
      this.#resolve(false)
    } finally {
      this.#sending = false
    }
  }

  #resolve(saved: boolean): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done(saved)
  }

  /** Both sides are kept until one is chosen: the engine's file is untouched, the edits stay in the queue. */
  #conflict({ sample, task }: Unsent): void {
    this.notices.push(
      'warn',
      `The ${task} label of ${sample} was corrected elsewhere. Your edits are kept here and not saved yet. Keep yours on top of the other corrections, or load theirs and drop yours?`,
      [
        { label: 'Keep mine', run: () => void this.#keepMine(sample, task) },
        { label: 'Load theirs', run: () => this.#loadTheirs(sample, task) },
      ],
      'revision_conflict',
    )
  }

  async #keepMine(sample: string, task: TaskId): Promise<void> {
    try {
      const { revisions } = await this.client.sample(sample)
      this.#revisions.set(keyOf(sample, task), revisions[task] ?? 0)
      this.onSettled(sample, task, null)
      this.retry()
    } catch (error) {
      this.notices.report(error)
    }
  }

  #loadTheirs(sample: string, task: TaskId): void {
    this.#queue = this.#queue.filter((edit) => edit.sample !== sample || edit.task !== task)
    this.pending = this.#queue.length
    this.#revisions.delete(keyOf(sample, task))
    this.onSettled(sample, task, null)
    if (this.#queue.length > 0) this.retry()
    else {
      this.state = 'saved'
      this.problem = null
    }
  }
}

function keyOf(sample: string, task: TaskId): string {
  return `${sample}\n${task}`
}
