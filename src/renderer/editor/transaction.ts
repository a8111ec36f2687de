import { Guard, putBack, tilesOf, type Constraint } from '../../shared/constraint'
import { readTile, tileRect, writeTile } from '../../shared/edit'
import { AppError } from '../../shared/errors'
import type { History } from '../../shared/history'
import { createMap, type DenseMap } from '../../shared/maps'
import type { Mask } from '../../shared/mask'
import { intersectRect, type PixelRect } from '../../shared/space'
import type { TaskId } from '../../shared/tasks'
import type { Document } from './document'

export interface TransactionParts {
  readonly document: Document
  readonly history: History<TaskId>
  readonly constraint: Constraint
  /** Classes of a task whose pixels stay as they are. */
  readonly lockedIn: (task: TaskId) => ReadonlySet<number>
  /** Null for a task whose corrected map may not be written now. */
  readonly writable: (task: TaskId) => DenseMap | null
  readonly selection: { mask: Mask | null }
}

/**
 * The writes of one gesture, over any number of tasks. Every write goes through `write`, which keeps the tiles first, puts
 * back what the constraint forbids, and tells the views; so no tool can forget one of them.
 */
export class Transaction {
  readonly #guard: Guard

  constructor(private readonly parts: TransactionParts) {
    this.#guard = new Guard(parts.document.detail, parts.constraint)
  }

  /** The map a task's corrections are written to; null while it is not loaded, locked, or without a label. */
  target(task: TaskId): DenseMap | null {
    return this.parts.writable(task)
  }

  /** Lets `paint` change the task's map inside `rect` (clipped to the photo). Throws `internal` for a map that cannot be written. */
  write(task: TaskId, rect: PixelRect, paint: (map: DenseMap) => void): void {
    const { history, document, lockedIn } = this.parts
    const map = this.target(task)
    if (!map) throw new AppError('internal', `the ${task} map cannot be written now`)
    const part = intersectRect(rect, { x: 0, y: 0, width: map.width, height: map.height })
    if (!part) return
    const tiles = tilesOf(part).map((tile) => {
      const allowed = this.#guard.tile(tile)
      history.touch(task, map, tile)
      return { tile, allowed }
    })
    paint(map)
    const locked = lockedIn(task)
    if (!this.#guard.open || locked.size > 0)
      for (const { tile, allowed } of tiles) {
        const before = history.before(task, tile)
        if (before) putBack(map, part, { ...tile, before }, allowed, locked)
      }
    document.changed(task, 'corrected', part)
  }

  /** A copy of the task's corrected map inside `rect` as it was when the gesture began; pixel (0, 0) is the rect's corner. */
  before(task: TaskId, rect: PixelRect): DenseMap {
    const map = this.target(task)
    if (!map) throw new AppError('internal', `the ${task} map cannot be read now`)
    const copy = createMap(map.kind, rect.width, rect.height)
    const channels = map.data.length / (map.width * map.height)
    for (const address of tilesOf(rect)) {
      const box = tileRect(map, address)
      const part = intersectRect(box, rect)
      if (!part) continue
      const tile = createMap(map.kind, box.width, box.height)
      const bytes = this.parts.history.before(task, address) ?? readTile(map, address)
      writeTile(tile, { tx: 0, ty: 0, bytes })
      for (let y = part.y; y < part.y + part.height; y++) {
        const from = ((y - box.y) * box.width + part.x - box.x) * channels
        const to = ((y - rect.y) * rect.width + part.x - rect.x) * channels
        copy.data.set(tile.data.subarray(from, from + part.width * channels), to)
      }
    }
    return copy
  }

  /** Replaces the selection; an empty one is none. */
  select(mask: Mask | null): void {
    const { history, selection } = this.parts
    history.touchSelection(selection.mask)
    selection.mask = mask?.bounds ? mask : null
  }

  relabel(label: string): void {
    this.parts.history.relabel(label)
  }
}
