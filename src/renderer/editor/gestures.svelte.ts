import type { Constraint } from '../../shared/constraint'
import { tileRects, type TileAddress, type TilePatch } from '../../shared/edit'
import type { Change, Direction, Surface } from '../../shared/history'
import type { DenseMap } from '../../shared/maps'
import type { Mask } from '../../shared/mask'
import type { TaskId } from '../../shared/tasks'
import type { ByteStore } from '../api/spill-store'
import type { Document } from './document'
import type { Filmstrip } from './filmstrip.svelte'
import { Histories } from './histories.svelte'
import type { LayerStack } from './layers.svelte'
import type { Limits } from './limits.svelte'
import type { Notices } from './notices.svelte'
import type { SyncQueue } from './sync-queue.svelte'
import { Transaction } from './transaction'
import type { HistoryItem } from './types'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

export interface GestureParts {
  readonly workspace: Workspace
  readonly view: View
  readonly stack: LayerStack
  readonly sync: SyncQueue
  readonly film: Filmstrip
  readonly notices: Notices
  readonly limits: Limits
  readonly spill: ByteStore | null
}

const UNLIMITED: Constraint = { selection: null, inside: null, range: null }
const NO_CLASSES: ReadonlySet<number> = new Set()

/** Gestures and their history. A gesture ends in exactly one of two ways: kept whole, or it never happened. */
export class Gestures {
  readonly histories: Histories
  #open: { document: Document; transaction: Transaction } | null = $state.raw(null)
  /** Undo and redo run one after the other, since a step may have to come from disk. */
  #travel: Promise<void> = Promise.resolve()

  constructor(private readonly parts: GestureParts) {
    this.histories = new Histories(parts.spill)
  }

  get selection(): Mask | null {
    return this.histories.selection
  }
  get canUndo(): boolean {
    return this.histories.canUndo
  }
  get canRedo(): boolean {
    return this.histories.canRedo
  }
  /** Oldest first; entries that were undone come last with `done: false`. */
  get list(): readonly HistoryItem[] {
    return this.histories.list
  }
  /** True between `begin` and `commit` or `cancel`. */
  get active(): boolean {
    return this.#open !== null
  }

  /**
   * Opens a transaction; null when there is no sample to work on or another gesture is in progress. `limited` false ignores
   * selection, limits and class locks: for pixels that were not painted, such as another window's.
   */
  begin(label: string, limited = true): Transaction | null {
    const { workspace, limits, stack, sync } = this.parts
    const { document } = workspace
    if (!document || this.#open || workspace.loading) return null
    sync.collect()
    const { histories } = this
    histories.current.begin(label)
    const transaction = new Transaction({
      document,
      history: histories.current,
      constraint: limited
        ? limits.constraint(histories.selection, (task, source) => document.get(task, source))
        : UNLIMITED,
      lockedIn: (task) => (limited ? limits.lockedIn(task) : NO_CLASSES),
      writable: (task) =>
        !stack.isLocked(task) && isEditable(document, task)
          ? (document.get(task, 'corrected') ?? null)
          : null,
      selection: selectionOf(histories),
    })
    this.#open = { document, transaction }
    return transaction
  }

  /** Ends the gesture: one entry of the history, sent to the engine; nothing at all when nothing changed. */
  commit(): void {
    if (!this.#open) return
    const { document } = this.#open
    this.#open = null
    const change = this.histories.current.commit(this.histories.selection)
    if (change) this.#record(document, change, change.label)
    this.histories.changed()
  }

  /** Takes the gesture in progress back, byte for byte; false when there was none. */
  cancel(): boolean {
    const open = this.#open
    if (!open) return false
    this.#open = null
    const { maps, selection } = this.histories.current.bail()
    if (selection !== undefined) this.histories.selection = selection
    for (const { target, tiles } of maps) this.#announce(open.document, target, tiles)
    this.histories.changed()
    return true
  }

  undo(): void {
    void this.travel(-1)
  }
  redo(): void {
    void this.travel(1)
  }
  /** Goes to the state after the first `done` entries of the list. */
  travelTo(done: number): void {
    const now = this.list.filter((item) => item.done).length
    if (done !== now) void this.travel(done - now)
  }
  /** Steps through the history; negative = back. Resolves when it is there, or could go no further (a notice says why). */
  travel(steps: number): Promise<void> {
    this.#travel = this.#travel.then(() => this.#go(steps))
    return this.#travel
  }

  async #go(steps: number): Promise<void> {
    const { workspace, notices } = this.parts
    const { document } = workspace
    if (!document) return
    const history = this.histories.current
    const direction: Direction = steps < 0 ? 'undo' : 'redo'
    const changes: Change<TaskId>[] = []
    try {
      for (let left = Math.abs(steps); left > 0; left--) {
        const change = await this.#move(document, direction)
        if (!change) break
        changes.push(change)
        // The next step changes the maps again.
        if (left > 1) for (const { patches } of change.maps) patches()
      }
    } catch (error) {
      notices.report(error)
    }
    if (changes.length === 0 || !this.histories.holds(history)) return
    const word = direction === 'undo' ? 'Undo' : 'Redo'
    const whole = union(changes)
    // What was undone before the sample was left is undone, so it is saved as well.
    this.#record(
      document,
      whole,
      changes.length === 1 ? `${word} ${whole.label}` : `${word} ${changes.length} steps`,
    )
    if (!document.closed) this.#reveal(whole)
    this.histories.changed()
  }

  async #move(document: Document, direction: Direction): Promise<Change<TaskId> | null> {
    const history = this.histories.current
    const entry = history.next(direction)
    if (!entry) return null
    await this.histories.recall(entry)
    const maps = new Map<TaskId, DenseMap>()
    for (const { target } of entry.step?.maps ?? []) {
      const map = document.get(target, 'corrected') ?? (await document.load(target, 'corrected'))
      if (!map) return null
      maps.set(target, map)
    }
    // A gesture may have begun, or another sample may have opened, while a step or a map was on its way.
    if (document.closed || history !== this.histories.current || history.next(direction) !== entry)
      return null
    const selection = selectionOf(this.histories)
    const surface: Surface<TaskId> = {
      mapOf: (target) => maps.get(target)!,
      get selection() {
        return selection.mask
      },
      set selection(mask) {
        selection.mask = mask
      },
    }
    this.parts.sync.collect()
    const change = history.move(direction, surface)
    for (const { target, tiles } of change?.maps ?? []) this.#announce(document, target, tiles)
    return change
  }

  #announce(document: Document, task: TaskId, tiles: readonly TileAddress[]): void {
    const map = document.get(task, 'corrected')
    if (map) for (const rect of tileRects(map, tiles)) document.changed(task, 'corrected', rect)
  }

  /** Sends what changed and counts it as one change of each map. */
  #record(document: Document, { maps }: Change<TaskId>, label: string): void {
    const { sync, stack, film } = this.parts
    if (maps.length > 0) sync.push(document.detail.id, label, maps)
    for (const { target } of maps) {
      stack.touch(target, 'corrected')
      film.markCorrected(document.detail.id, target)
    }
  }

  /** An undone change must be seen: turns to its task when it is not on screen. */
  #reveal({ maps }: Change<TaskId>): void {
    const { view, workspace } = this.parts
    const shown = maps.some(({ target }) => view.panes.some((pane) => pane.task === target))
    const first = maps[0]
    if (shown || !first) return
    view.task = first.target
    workspace.ensureShown()
  }
}

/** A task without a label file starts from an empty label when the folder's layout has a place for it. */
export function isEditable({ detail }: Document, task: TaskId): boolean {
  return detail.labels.includes(task) || detail.empty.includes(task)
}

function selectionOf(histories: Histories): { mask: Mask | null } {
  return {
    get mask() {
      return histories.selection
    },
    set mask(mask) {
      histories.selection = mask
    },
  }
}

/** Several steps as one: every tile any of them changed, as it was before the first and is after the last. */
function union(changes: readonly Change<TaskId>[]): Change<TaskId> {
  const [only, ...others] = changes
  if (only && others.length === 0) return only
  const byTask = new Map<TaskId, Map<string, TilePatch>>()
  for (const { maps } of changes)
    for (const { target, patches } of maps) {
      const known = byTask.get(target) ?? new Map<string, TilePatch>()
      byTask.set(target, known)
      for (const patch of patches()) {
        const key = `${patch.tx},${patch.ty}`
        const { tx, ty, after } = patch
        known.set(key, { tx, ty, before: known.get(key)?.before ?? patch.before, after })
      }
    }
  return {
    label: changes[0]?.label ?? '',
    maps: [...byTask].map(([target, byTile]) => {
      const tiles = [...byTile.values()]
      return { target, tiles, patches: () => tiles }
    }),
    selection: changes.some(({ selection }) => selection),
  }
}
