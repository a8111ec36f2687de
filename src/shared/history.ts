import { readTile, writeTile, type TileAddress, type TileBytes, type TilePatch } from './edit'
import { AppError } from './errors'
import type { DenseMap } from './maps'
import type { Mask } from './mask'
import { packMask, unpackMask, type PackedMask } from './mask-pack'
import { overlayPatch, swapPatch, tilePatch, verifyPatch, type Patch } from './patch'

/** What one gesture changed in one map. `target` names the map, e.g. a task. */
export interface MapStep<Target extends string = string> {
  readonly target: Target
  readonly patches: readonly Patch[]
  /** The map the gesture left as it is; null when that is not known. Only histories write to maps, so while it is there it need not be compared. */
  readonly leftOn: WeakRef<DenseMap> | null
}

/**
 * A gesture as the history keeps it: only the side that is not in the maps now. Applying it exchanges the two, so the same
 * step serves undo and redo and costs half of keeping both.
 */
export interface Step<Target extends string = string> {
  readonly maps: readonly MapStep<Target>[]
  /** Null when the gesture left the selection alone. */
  readonly selection: { readonly other: PackedMask | null } | null
}

/** One line of the history. A step that was moved to disk is null until it is brought back. */
export interface Entry<Target extends string = string> {
  readonly label: string
  readonly bytes: number
  readonly step: Step<Target> | null
}
interface Held<Target extends string> extends Entry<Target> {
  step: Step<Target> | null
}

/** Whole tiles of one map that an edit changed. */
export interface MapEdit<Target extends string = string> {
  readonly target: Target
  readonly tiles: readonly TileAddress[]
  /** The tiles before and after. The first call reads the map, so it must come before the map changes again. */
  readonly patches: () => readonly TilePatch[]
}
/** What a commit, undo or redo just did: for those who draw and save it, and not kept. */
export interface Change<Target extends string = string> {
  readonly label: string
  readonly maps: readonly MapEdit<Target>[]
  readonly selection: boolean
}
/** Tiles a gesture that was taken back had changed. */
export interface RestoredTiles<Target extends string = string> {
  readonly target: Target
  readonly tiles: readonly TileAddress[]
}

/** Everything gestures change: the maps and the selection. */
export interface Surface<Target extends string> {
  mapOf(target: Target): DenseMap
  selection: Mask | null
}

interface Gesture<Target extends string> {
  label: string
  readonly touched: Map<Target, { map: DenseMap; before: Map<number, TileBytes> }>
}

export type Direction = 'undo' | 'redo'

/** What an entry costs beside its bytes: objects, label, place in the list. */
export const ENTRY_OVERHEAD = 256

/**
 * Undo and redo of one sample across its maps and its selection. A gesture is `begin`, `touch` before the first write to
 * each tile, then `commit` or `bail`. Entries hold only what changed; a gesture that changed nothing leaves none.
 */
export class History<Target extends string = string> {
  #done: Held<Target>[] = []
  #undone: Held<Target>[] = []
  #gesture: Gesture<Target> | null = null
  /** The selection when the gesture began to change it; undefined while it did not. */
  #selection: Mask | null | undefined = undefined
  #bytes = 0
  /** Called with entries that can never be reached again. */
  onForgotten: (entries: readonly Entry<Target>[]) => void = () => undefined

  get active(): boolean {
    return this.#gesture !== null
  }
  /** Oldest first. */
  get done(): readonly Entry<Target>[] {
    return this.#done
  }
  /** The entry to redo next comes last. */
  get undone(): readonly Entry<Target>[] {
    return this.#undone
  }
  /** Bytes in memory; entries on disk count by their overhead. */
  get bytes(): number {
    return this.#bytes
  }

  /** Throws `internal` inside another gesture. */
  begin(label: string): void {
    if (this.#gesture)
      throw new AppError('internal', `gesture "${label}" began inside "${this.#gesture.label}"`)
    this.#gesture = { label, touched: new Map() }
  }

  /** What the entry will be called; tools often know only once they began. */
  relabel(label: string): void {
    if (this.#gesture) this.#gesture.label = label
  }

  /** Keeps a tile's bytes as they were at its first touch; later touches of it in the same gesture cost one look-up. */
  touch(target: Target, map: DenseMap, { tx, ty }: TileAddress): void {
    if (!this.#gesture) throw new AppError('internal', 'a tile was touched outside a gesture')
    let entry = this.#gesture.touched.get(target)
    if (!entry) this.#gesture.touched.set(target, (entry = { map, before: new Map() }))
    const key = keyOf(tx, ty)
    if (!entry.before.has(key)) entry.before.set(key, { tx, ty, bytes: readTile(map, { tx, ty }) })
  }

  /** A touched tile as it was when the gesture began; undefined when the gesture left it alone. */
  before(target: Target, { tx, ty }: TileAddress): Uint8Array<ArrayBuffer> | undefined {
    return this.#gesture?.touched.get(target)?.before.get(keyOf(tx, ty))?.bytes
  }

  /** Keeps the selection as it was before the gesture first changed it. */
  touchSelection(selection: Mask | null): void {
    if (!this.#gesture) throw new AppError('internal', 'the selection was changed outside a gesture')
    if (this.#selection === undefined) this.#selection = selection
  }

  /** Ends the gesture. Null when nothing changed; otherwise what did, and what was undone before can no longer be redone. */
  commit(selection: Mask | null = null): Change<Target> | null {
    const { gesture, before } = this.#end()
    if (!gesture) return null
    const maps: MapStep<Target>[] = []
    const edits: MapEdit<Target>[] = []
    for (const [target, { map, before: tiles }] of gesture.touched) {
      const changed = [...tiles.values()].flatMap((tile) => {
        const patch = tilePatch(map, tile)
        return patch ? [{ patch, tile }] : []
      })
      if (changed.length === 0) continue
      maps.push({ target, patches: changed.map(({ patch }) => patch), leftOn: new WeakRef(map) })
      edits.push(
        mapEdit(
          target,
          changed.map(({ tile }) => tile),
          ({ tx, ty, bytes }) => ({ tx, ty, before: bytes, after: readTile(map, { tx, ty }) }),
        ),
      )
    }
    const selected = before !== undefined && !sameSelection(before, selection)
    if (maps.length === 0 && !selected) return null
    const step = { maps, selection: selected ? { other: before && packMask(before) } : null }
    this.#forget(this.#undone.splice(0))
    this.#keep(this.#done, { label: gesture.label, bytes: stepBytes(step), step })
    return { label: gesture.label, maps: edits, selection: selected }
  }

  /** Ends the gesture and puts every touched tile back; nothing is recorded. `selection` is undefined when it was not changed. */
  bail(): {
    readonly maps: readonly RestoredTiles<Target>[]
    readonly selection: Mask | null | undefined
  } {
    const { gesture, before: selection } = this.#end()
    const maps = [...(gesture?.touched ?? [])].map(([target, { map, before }]) => {
      const tiles = [...before.values()]
      for (const tile of tiles) writeTile(map, tile)
      return { target, tiles }
    })
    return { maps, selection }
  }

  /** The entry that `move` would apply; null when there is none or a gesture is in progress. */
  next(direction: Direction): Entry<Target> | null {
    if (this.#gesture) return null
    return (direction === 'undo' ? this.#done : this.#undone).at(-1) ?? null
  }

  /**
   * Takes the last gesture back, or repeats the last one taken back, in place; null when there is none or a gesture is in
   * progress. Throws `revision_conflict`, changing nothing, when a map no longer holds what the gesture left, and `internal`
   * for an entry that is on disk.
   */
  move(direction: Direction, surface: Surface<Target>): Change<Target> | null {
    const entry = this.next(direction)
    if (!entry) return null
    const { label, step } = entry
    if (!step) throw new AppError('internal', `"${label}" was not brought back from disk`)
    for (const { target, patches, leftOn } of step.maps) {
      const map = surface.mapOf(target)
      if (leftOn?.deref() !== map && !patches.every((patch) => verifyPatch(map, patch)))
        throw new AppError(
          'revision_conflict',
          `"${label}" cannot be taken back or repeated: the ${target} map was changed elsewhere since.`,
        )
    }
    const swapped = exchange(step, surface)
    const [from, to] = direction === 'undo' ? [this.#done, this.#undone] : [this.#undone, this.#done]
    this.#forget(from.splice(-1))
    this.#keep(to, { label, bytes: stepBytes(swapped), step: swapped })
    const maps = swapped.maps.map(({ target, patches }) => {
      const map = surface.mapOf(target)
      return mapEdit(target, patches, (patch) => exchangedTile(map, patch))
    })
    return { label, maps, selection: step.selection !== null }
  }

  /** The oldest entry whose step is in memory, but for the newest one; null when there is none. */
  oldestInMemory(): Entry<Target> | null {
    const newest = this.#done.at(-1) ?? this.#undone[0]
    for (const list of [this.#done, this.#undone])
      for (const entry of list) if (entry.step !== null && entry !== newest) return entry
    return null
  }

  /** Lets go of an entry's step, which is on disk; true when the entry is still here and held it. */
  release(entry: Entry<Target>): boolean {
    const held = this.#find(entry)
    if (!held?.step) return false
    held.step = null
    this.#bytes -= held.bytes
    return true
  }

  /** Puts a step back that was released. */
  restore(entry: Entry<Target>, step: Step<Target>): void {
    const held = this.#find(entry)
    if (!held || held.step) return
    held.step = step
    this.#bytes += held.bytes
  }

  /** Forgets the oldest entry; the newest is kept. False when nothing was left to drop. */
  dropOldest(): boolean {
    if (this.#done.length + this.#undone.length < 2) return false
    this.#forget((this.#done.length > 0 ? this.#done : this.#undone).splice(0, 1))
    return true
  }

  clear(): void {
    this.#forget([...this.#done.splice(0), ...this.#undone.splice(0)])
  }

  #find(entry: Entry<Target>): Held<Target> | undefined {
    const is = (one: Entry<Target>): boolean => one === entry
    return this.#done.find(is) ?? this.#undone.find(is)
  }

  #keep(list: Held<Target>[], entry: Held<Target>): void {
    list.push(entry)
    this.#bytes += entryBytes(entry)
  }

  #forget(entries: readonly Held<Target>[]): void {
    if (entries.length === 0) return
    for (const entry of entries) this.#bytes -= entryBytes(entry)
    this.onForgotten(entries)
  }

  #end(): { gesture: Gesture<Target> | null; before: Mask | null | undefined } {
    const ended = { gesture: this.#gesture, before: this.#selection }
    this.#gesture = null
    this.#selection = undefined
    return ended
  }
}

/** Bytes an entry keeps in memory. */
export function entryBytes({ bytes, step }: Entry): number {
  return ENTRY_OVERHEAD + (step ? bytes : 0)
}

/** Bytes of labels and selections a step keeps alive. */
function stepBytes({ maps, selection }: Step): number {
  let bytes = selection?.other?.runs.byteLength ?? 0
  for (const { patches } of maps) for (const patch of patches) bytes += patch.bytes.byteLength
  return bytes
}

function exchange<Target extends string>(step: Step<Target>, surface: Surface<Target>): Step<Target> {
  const maps = step.maps.map(({ target, patches }) => {
    const map = surface.mapOf(target)
    return { target, patches: patches.map((patch) => swapPatch(map, patch)), leftOn: new WeakRef(map) }
  })
  if (!step.selection) return { maps, selection: null }
  const other = surface.selection && packMask(surface.selection)
  surface.selection = step.selection.other && unpackMask(step.selection.other)
  return { maps, selection: { other } }
}

function mapEdit<Target extends string, T extends TileAddress>(
  target: Target,
  tiles: readonly T[],
  read: (tile: T) => TilePatch,
): MapEdit<Target> {
  let patches: readonly TilePatch[] | null = null
  return { target, tiles, patches: () => (patches ??= tiles.map(read)) }
}

/** `before` is put together when it is asked for: only a merge with another window's edit needs it. */
function exchangedTile(map: DenseMap, patch: Patch): TilePatch {
  const { tx, ty } = patch
  const after = readTile(map, patch)
  return {
    tx,
    ty,
    after,
    get before() {
      return overlayPatch(map, { tx, ty, bytes: after }, patch)
    },
  }
}

function sameSelection(a: Mask | null, b: Mask | null): boolean {
  if (!a || !b) return (a?.bounds ?? null) === (b?.bounds ?? null)
  return a.data === b.data || a.data.every((value, at) => value === b.data[at])
}

function keyOf(tx: number, ty: number): number {
  return ty * 65536 + tx
}
