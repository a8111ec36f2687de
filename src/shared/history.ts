import { readTile, writeTile, type TileAddress, type TileBytes, type TilePatch } from './edit'
import { AppError } from './errors'
import type { DenseMap } from './maps'

/** What one gesture changed in one map. `target` names the map, e.g. a task. */
export interface MapEdit<Target extends string = string> {
  readonly target: Target
  readonly patches: readonly TilePatch[]
}
/** One entry of the history: a gesture, whatever the number of maps it touched. */
export interface Edit<Target extends string = string> {
  readonly label: string
  readonly maps: readonly MapEdit<Target>[]
}
/** The tiles a bailed gesture restored. */
export interface RestoredTiles<Target extends string = string> {
  readonly target: Target
  readonly tiles: readonly TileAddress[]
}

interface Gesture<Target extends string> {
  readonly label: string
  readonly touched: Map<Target, { map: DenseMap; before: Map<number, TileBytes> }>
}

/** The same edit backwards. */
export function reverseEdit<Target extends string>(edit: Edit<Target>): Edit<Target> {
  const maps = edit.maps.map(({ target, patches }) => ({
    target,
    patches: patches.map(({ tx, ty, before, after }) => ({ tx, ty, before: after, after: before })),
  }))
  return { label: edit.label, maps }
}

/** Bytes an edit keeps alive. */
export function editBytes(edit: Edit): number {
  let bytes = 0
  for (const { patches } of edit.maps)
    for (const { before, after } of patches) bytes += before.byteLength + after.byteLength
  return bytes
}

/**
 * Undo and redo of one sample across all its maps. A gesture is `begin`, `touch` before the first write to each tile, then
 * `commit` or `bail`. Entries hold only the tiles that changed; a gesture that changed nothing leaves none.
 */
export class History<Target extends string = string> {
  #done: Edit<Target>[] = []
  #undone: Edit<Target>[] = []
  #gesture: Gesture<Target> | null = null
  #bytes = 0

  /** Bytes held by all entries. */
  get bytes(): number {
    return this.#bytes
  }
  get active(): boolean {
    return this.#gesture !== null
  }
  /** Oldest first. */
  get done(): readonly Edit<Target>[] {
    return this.#done
  }
  /** The entry to redo next comes last. */
  get undone(): readonly Edit<Target>[] {
    return this.#undone
  }

  /** Throws `internal` inside another gesture. */
  begin(label: string): void {
    if (this.#gesture)
      throw new AppError('internal', `gesture "${label}" began inside "${this.#gesture.label}"`)
    this.#gesture = { label, touched: new Map() }
  }

  /** Keeps a tile's bytes as they were at its first touch; later touches of it in the same gesture cost one look-up. */
  touch(target: Target, map: DenseMap, { tx, ty }: TileAddress): void {
    if (!this.#gesture) throw new AppError('internal', 'a tile was touched outside a gesture')
    let entry = this.#gesture.touched.get(target)
    if (!entry) this.#gesture.touched.set(target, (entry = { map, before: new Map() }))
    const key = ty * 65536 + tx
    if (!entry.before.has(key)) entry.before.set(key, { tx, ty, bytes: readTile(map, { tx, ty }) })
  }

  /** Ends the gesture. Null when no byte changed; otherwise the edit, and what was undone before can no longer be redone. */
  commit(): Edit<Target> | null {
    const gesture = this.#end()
    if (!gesture) return null
    const maps: MapEdit<Target>[] = []
    for (const [target, { map, before }] of gesture.touched) {
      const patches = [...before.values()].flatMap(({ tx, ty, bytes }) => {
        const after = readTile(map, { tx, ty })
        return sameBytes(bytes, after) ? [] : [{ tx, ty, before: bytes, after }]
      })
      if (patches.length > 0) maps.push({ target, patches })
    }
    if (maps.length === 0) return null
    const edit = { label: gesture.label, maps }
    this.#bytes += editBytes(edit) - this.#undone.reduce((sum, entry) => sum + editBytes(entry), 0)
    this.#undone = []
    this.#done.push(edit)
    return edit
  }

  /** Ends the gesture and puts every touched tile back; nothing is recorded. */
  bail(): readonly RestoredTiles<Target>[] {
    const gesture = this.#end()
    if (!gesture) return []
    return [...gesture.touched].map(([target, { map, before }]) => {
      const tiles = [...before.values()]
      for (const tile of tiles) writeTile(map, tile)
      return { target, tiles }
    })
  }

  /**
   * Takes the last edit back in place and returns what was applied (before and after swapped); null when there is none or a
   * gesture is in progress. Throws `revision_conflict`, changing nothing, when a map no longer holds what the edit left.
   */
  undo(mapOf: (target: Target) => DenseMap): Edit<Target> | null {
    return this.#move(this.#done, this.#undone, reverseEdit, mapOf)
  }

  /** Applies the last undone edit again; otherwise like `undo`. */
  redo(mapOf: (target: Target) => DenseMap): Edit<Target> | null {
    return this.#move(this.#undone, this.#done, (edit) => edit, mapOf)
  }

  /** Forgets the oldest entry; the newest is kept. False when nothing was left to drop. */
  dropOldest(): boolean {
    if (this.#done.length + this.#undone.length < 2) return false
    const dropped = this.#done.shift() ?? this.#undone.shift()
    if (dropped) this.#bytes -= editBytes(dropped)
    return dropped !== undefined
  }

  clear(): void {
    this.#done = []
    this.#undone = []
    this.#bytes = 0
  }

  #end(): Gesture<Target> | null {
    const gesture = this.#gesture
    this.#gesture = null
    return gesture
  }

  #move(
    from: Edit<Target>[],
    to: Edit<Target>[],
    direction: (edit: Edit<Target>) => Edit<Target>,
    mapOf: (target: Target) => DenseMap,
  ): Edit<Target> | null {
    const edit = this.#gesture ? undefined : from.at(-1)
    if (!edit) return null
    const applied = direction(edit)
    for (const { target, patches } of applied.maps)
      for (const patch of patches)
        if (!sameBytes(readTile(mapOf(target), patch), patch.before))
          throw new AppError(
            'revision_conflict',
            `"${edit.label}" cannot be taken back or repeated: the ${target} map was changed elsewhere since.`,
          )
    applyEdit(applied, mapOf)
    from.pop()
    to.push(edit)
    return applied
  }
}

/** Writes an edit's tiles in place. */
export function applyEdit<Target extends string>(
  edit: Edit<Target>,
  mapOf: (target: Target) => DenseMap,
): void {
  for (const { target, patches } of edit.maps)
    for (const { tx, ty, after } of patches) writeTile(mapOf(target), { tx, ty, bytes: after })
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false
  for (let at = 0; at < a.byteLength; at++) if (a[at] !== b[at]) return false
  return true
}
