import { readTile, writeTile, type TileBytes } from '../../shared/edit'
import { AppError, problemFrom, type Problem } from '../../shared/errors'
import type { MapEdit } from '../../shared/history'
import { bytesPerPixel, type DenseMap } from '../../shared/maps'
import { mergeTile } from '../../shared/merge'
import type { TaskId } from '../../shared/tasks'
import type { Client } from '../api/client'
import type { Notices } from './notices.svelte'
import type { SaveState } from './types'

/** A gesture is sent once the frame that shows it is out: reading and packing its pixels takes as long as drawing them. */
const SEND_AFTER_MS = 25
/** Merges tried for one gesture before its conflict is reported; another window can be faster only so often. */
const MERGES = 8

/** A gesture that the engine has not confirmed. Its id makes sending it twice harmless. */
interface Unsent {
  readonly id: string
  readonly sample: string
  readonly label: string
  maps: readonly MapEdit<TaskId>[]
}
/** Pixels that two windows changed differently, as the other window left them. */
export interface Contested {
  readonly sample: string
  readonly task: TaskId
  readonly pixels: number
  /** Their tiles before ours were laid over them. */
  readonly theirs: readonly TileBytes[]
}

/**
 * Sends committed gestures to the engine in the order they were made, one at a time. Nothing is dropped: a failure stops
 * the queue and keeps it until `retry`; where another window corrected the same map meanwhile, both sides' pixels are kept.
 */
export class SyncQueue {
  state: SaveState = $state('saved')
  problem: Problem | null = $state.raw(null)
  /** Edits not yet confirmed, the one under way included. */
  pending = $state(0)

  #queue: Unsent[] = []
  #sending = false
  /** The notice of the last failure; withdrawn once everything is saved. */
  #notice: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  readonly #revisions = new Map<string, number>()
  #waiting: ((saved: boolean) => void)[] = []
  /** Called with each confirmed revision, and with null when the map must be read again. */
  onSettled: (sample: string, task: TaskId, revision: number | null) => void = () => undefined
  /** Called when ours were laid over pixels that another window changed too. */
  onContested: (contested: Contested) => void = () => undefined

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
    const mine = this.#unsentOf(sample, task)
    for (const edit of mine) rebase(map, edit)
    if (mine.length > 0) return true
    if (revision < (this.#revisions.get(keyOf(sample, task)) ?? 0)) return false
    this.#revisions.set(keyOf(sample, task), revision)
    return true
  }

  /** The engine says a map has this revision; when it is news, someone else corrected it and it is read again. */
  noticed(sample: string, task: TaskId, revision: number): void {
    const known = this.#revisions.get(keyOf(sample, task))
    const mine = this.#unsentOf(sample, task).length > 0
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

  /** Takes one gesture, whatever the number of maps it touched. */
  push(sample: string, label: string, maps: readonly MapEdit<TaskId>[]): void {
    this.#queue.push({ id: crypto.randomUUID(), sample, label, maps })
    this.pending = this.#queue.length
    if (this.state === 'failed') return
    if (!this.#sending) this.state = 'unsaved'
    this.#timer ??= setTimeout(() => void this.#send(), SEND_AFTER_MS)
  }

  /** Reads the pixels of every gesture that waits; called before maps change again. */
  collect(): void {
    for (const { maps } of this.#queue) for (const { patches } of maps) patches()
  }

  /** Sends what waits without a delay: the window may be about to go. */
  flush(): void {
    if (this.#queue.length > 0 && this.state !== 'failed') void this.#send()
  }

  /** Tries again after a failure. */
  retry(): void {
    if (this.state === 'failed') void this.#send()
  }

  /** Resolves true when everything is saved, false as soon as saving fails. */
  drained(): Promise<boolean> {
    if (this.#queue.length === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      void this.#send()
    })
  }

  async #send(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#sending) return
    this.#sending = true
    this.problem = null
    this.state = 'saving'
    try {
      for (let edit = this.#queue[0]; edit; edit = this.#queue[0]) {
        const { revisions } = await this.#sendOne(edit)
        this.#queue.shift()
        this.pending = this.#queue.length
        for (const { target } of edit.maps) {
          const revision = revisions[target] ?? 0
          this.#revisions.set(keyOf(edit.sample, target), revision)
          this.onSettled(edit.sample, target, revision)
        }
      }
      this.state = 'saved'
      if (this.#notice !== null) this.notices.dismiss(this.#notice)
      this.#notice = null
      this.#resolve(true)
    } catch (error) {
      this.state = 'failed'
      this.problem = problemFrom(error)
      this.#notice = this.notices.report(error, [{ label: 'Save again', run: () => this.retry() }])
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

  /** Sends a gesture; when another window was faster, its pixels and ours are merged and the result is sent. */
  async #sendOne(edit: Unsent): ReturnType<Client['correct']> {
    for (let attempt = 1; ; attempt++)
      try {
        const maps = edit.maps.map(({ target, patches }) => ({
          task: target,
          baseRevision: this.#revisions.get(keyOf(edit.sample, target)) ?? 0,
          tiles: patches().map(({ tx, ty, after }) => ({ tx, ty, bytes: after })),
        }))
        return await this.client.correct(edit.sample, { id: edit.id, label: edit.label, maps })
      } catch (error) {
        const conflict = error instanceof AppError && error.code === 'revision_conflict'
        if (!conflict || attempt === MERGES) throw error
        for (const { target } of edit.maps) await this.#merge(edit.sample, target)
      }
  }

  /** Lays every unsent edit of a map over what another window made of it. */
  async #merge(sample: string, task: TaskId): Promise<void> {
    const { map, revision } = await this.client.map(sample, task, 'corrected')
    const contested: TileBytes[] = []
    let pixels = 0
    for (const edit of this.#unsentOf(sample, task)) {
      const merged = rebase(map, edit)
      pixels += merged.pixels
      contested.push(...merged.theirs)
      for (const unsent of this.#queue)
        if (unsent.maps.includes(edit))
          unsent.maps = unsent.maps.map((one) => (one === edit ? merged.edit : one))
    }
    this.#revisions.set(keyOf(sample, task), revision)
    this.onSettled(sample, task, null)
    if (pixels > 0) this.onContested({ sample, task, pixels, theirs: contested })
  }

  #unsentOf(sample: string, task: TaskId): MapEdit<TaskId>[] {
    return this.#queue
      .filter((edit) => edit.sample === sample)
      .flatMap(({ maps }) => maps.filter(({ target }) => target === task))
  }
}

/** Applies an edit to a map that may have changed since it was made; returns the edit as it now is. */
function rebase(
  map: DenseMap,
  edit: MapEdit<TaskId>,
): { edit: MapEdit<TaskId>; pixels: number; theirs: TileBytes[] } {
  const theirs: TileBytes[] = []
  let pixels = 0
  const patches = edit.patches().map((patch) => {
    const { tx, ty } = patch
    const before = readTile(map, patch)
    const { bytes, contested } = mergeTile(patch, before, bytesPerPixel(map.kind))
    writeTile(map, { tx, ty, bytes })
    if (contested > 0) theirs.push({ tx, ty, bytes: before })
    pixels += contested
    return { tx, ty, before, after: bytes }
  })
  return { edit: { target: edit.target, tiles: patches, patches: () => patches }, pixels, theirs }
}

function keyOf(sample: string, task: TaskId): string {
  return `${sample}\n${task}`
}
