import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readTile, TILE, tileRect, writeTile, type TileBytes } from '../../shared/edit'
import { AppError } from '../../shared/errors'
import {
  bytesOf,
  bytesPerPixel,
  cloneMap,
  IGNORE_CLASS,
  mapFromBytes,
  type DenseMap,
} from '../../shared/maps'
import { syncFolder, writeAtomic } from '../files/atomic-write'
import { encodeEdit, encodeHeader, type JournalEdit, type JournalHeader } from './journal'
import { JournalFile, readJournal } from './journal-file'
import { readSnapshot, writeSnapshot } from './snapshot'

/** Above this many bytes a journal whose edits are all in the snapshot starts anew. */
const COMPACT_ABOVE = 16 * 1024 * 1024
/** Gestures a snapshot remembers; a client sends one at a time, so few can be in doubt. */
const REMEMBERED = 32

export interface Original {
  /** The label's path for messages. */
  readonly file: string
  readonly map: DenseMap
  /** What the map was decoded from; null for a label without a file. */
  readonly bytes: Uint8Array<ArrayBuffer> | null
  readonly sha256: string
  /** Number of classes of a class map; null for other kinds. */
  readonly classes: number | null
}
/** One gesture's part in one map. */
export interface EditRequest {
  /** The client's name for the gesture: sent again, e.g. because the answer was lost, it is not applied again. */
  readonly gesture: string
  readonly baseRevision: number
  readonly label: string
  readonly tiles: readonly TileBytes[]
}

/**
 * The corrected map of one sample and task. On disk it is a snapshot (the map at some revision) and a journal of
 * edits; the map is the snapshot, or else the original, with the later edits applied. Calls must not overlap.
 */
export class Correction {
  private unsaved = false

  private constructor(
    private readonly original: Original,
    private readonly paths: { readonly journal: string; readonly snapshot: string },
    private readonly journal: JournalFile,
    private readonly current: DenseMap,
    private revisionNow: number,
    private hasSnapshot: boolean,
    /** Tiles whose bytes differ from the original, as `tx,ty`. */
    private readonly changedTiles: Set<string>,
    /** Revision each remembered gesture led to, oldest first. */
    private readonly gestures: Map<string, number>,
    /** What is wrong with the stored corrections, in words. */
    readonly problems: readonly string[],
  ) {}

  /** Throws `file_malformed`, `file_missing`, `size_mismatch` when the stored corrections cannot be applied. */
  static async open(original: Original, base: string): Promise<Correction> {
    const paths = { journal: `${base}.jsonl`, snapshot: `${base}.map` }
    // The journal first: a writer in another process replaces the snapshot before it shortens the journal.
    const stored = await readJournal(paths.journal)
    const snapshot = await readSnapshot(paths.snapshot)
    const problems = stored?.damage ? [`${stored.damage}; the edits before it were kept`] : []
    const basis = snapshot ?? stored?.header
    if (basis && basis.original !== original.sha256)
      problems.push(`${original.file} was changed by another program after it was corrected`)
    for (const found of [snapshot?.map, stored?.header]) if (found) expectSameSize(found, original)
    const header = stored?.header
    if (header && (snapshot ? snapshot.revision < header.base : header.from === 'snapshot'))
      throw new AppError(
        'file_missing',
        `${paths.snapshot} is missing or too old; the corrections of ${original.file} build on it`,
      )
    const map = snapshot ? snapshot.map : cloneMap(original.map)
    let revision = snapshot?.revision ?? stored?.header?.base ?? 0
    const gestures = new Map(snapshot?.gestures ?? [])
    for (const edit of stored?.edits ?? []) {
      if (edit.gesture !== '') gestures.set(edit.gesture, edit.revision)
      if (edit.revision <= revision) continue
      for (const tile of edit.tiles) writeTile(map, tile)
      revision = edit.revision
    }
    // Only a journal that ends at this revision can be continued; a snapshot ahead of a damaged one starts another.
    const continues = stored?.header && stored.header.base + stored.edits.length === revision
    const damaged = (stored?.damage ?? null) !== null
    const file = new JournalFile(paths.journal, continues ? stored.validBytes : 0, damaged)
    const changed = differingTiles(map, original.map)
    return new Correction(
      original,
      paths,
      file,
      map,
      revision,
      snapshot !== null,
      changed,
      gestures,
      problems,
    )
  }

  get revision(): number {
    return this.revisionNow
  }
  /** False when every value equals the original's. */
  get changed(): boolean {
    return this.changedTiles.size > 0
  }
  /** The label's own map; shared. */
  get originalMap(): DenseMap {
    return this.original.map
  }
  /** The label's own file; shared. */
  get originalBytes(): Uint8Array<ArrayBuffer> | null {
    return this.original.bytes
  }
  /** A copy of the corrected map. */
  get map(): DenseMap {
    return cloneMap(this.current)
  }

  /** The revision this gesture led to if it was applied already; else null. */
  appliedAt(gesture: string): number | null {
    return this.gestures.get(gesture) ?? null
  }

  /** Throws `revision_conflict`, `value_out_of_range`, `file_malformed` (tile bytes) when `edit` would; changes nothing. */
  check({ baseRevision, tiles }: EditRequest): void {
    if (baseRevision !== this.revisionNow)
      throw new AppError(
        'revision_conflict',
        `${this.original.file} is at revision ${this.revisionNow}, the edit was made on ${baseRevision}; reload it`,
        { revision: this.revisionNow },
      )
    for (const tile of tiles) this.checkTile(tile)
  }

  /**
   * Journals and applies one edit; the new revision is durable when this returns. A gesture that was applied already
   * only gives its revision. Throws as `check`, and `write_failed`; after each of them nothing has changed.
   */
  async edit(request: EditRequest): Promise<number> {
    const { gesture, label, tiles } = request
    const applied = this.appliedAt(gesture)
    if (applied !== null) return applied
    this.check(request)
    const revision = this.revisionNow + 1
    const edit: JournalEdit = { revision, gesture, label, time: new Date().toISOString(), tiles }
    const start = this.journal.bytes === 0 ? encodeHeader(this.header()) : ''
    await this.journal.append(start + encodeEdit(edit))
    for (const tile of tiles) {
      writeTile(this.current, tile)
      const same = Buffer.compare(readTile(this.original.map, tile), readTile(this.current, tile)) === 0
      if (same) this.changedTiles.delete(`${tile.tx},${tile.ty}`)
      else this.changedTiles.add(`${tile.tx},${tile.ty}`)
    }
    this.revisionNow = revision
    this.gestures.set(gesture, revision)
    this.unsaved = true
    return revision
  }

  /**
   * Brings the snapshot up to the last edit; the journal alone already holds everything. A correction that is back at
   * the original's values is removed. Every order of a crash leaves a state that `open` reads.
   */
  async flush(): Promise<void> {
    if (!this.unsaved) return
    await mkdir(dirname(this.paths.snapshot), { recursive: true })
    await writeSnapshot(this.paths.snapshot, {
      map: this.current,
      revision: this.revisionNow,
      original: this.original.sha256,
      gestures: [...this.gestures].slice(-REMEMBERED),
    })
    this.hasSnapshot = true
    if (!this.changed) {
      for (const path of [this.paths.journal, this.paths.snapshot]) {
        await rm(path, { force: true })
        await syncFolder(dirname(path))
      }
      this.journal.restart(0)
      this.hasSnapshot = false
    } else if (this.journal.bytes > COMPACT_ABOVE) {
      const header = encodeHeader(this.header())
      await writeAtomic(this.paths.journal, header)
      this.journal.restart(Buffer.byteLength(header))
    }
    this.unsaved = false
  }

  private header(): JournalHeader {
    const { kind, width, height } = this.current
    const from = this.hasSnapshot ? 'snapshot' : 'original'
    return { format: 1, kind, width, height, base: this.revisionNow, from, original: this.original.sha256 }
  }

  private checkTile(tile: TileBytes): void {
    const { x, y, width, height, map } = tileAsMap(this.current, tile)
    const { classes, file } = this.original
    const wrong = map.data.findIndex((value: number) =>
      map.kind === 'class'
        ? value !== IGNORE_CLASS && value >= (classes ?? IGNORE_CLASS)
        : !Number.isFinite(value) || (map.kind === 'probability' && (value < 0 || value > 1)),
    )
    if (wrong < 0) return
    const pixel = Math.floor((wrong * width * height) / map.data.length)
    throw new AppError(
      'value_out_of_range',
      `${file}: ${map.data[wrong]} is not a ${map.kind} value (pixel ${x + (pixel % width)}, ` +
        `${y + Math.floor(pixel / width)}); nothing was changed`,
    )
  }
}

function tileAsMap(
  map: DenseMap,
  { tx, ty, bytes }: TileBytes,
): { x: number; y: number; width: number; height: number; map: DenseMap } {
  const rect = tileRect(map, { tx, ty })
  return { ...rect, map: mapFromBytes(map.kind, rect.width, rect.height, bytes) }
}

function expectSameSize(
  found: { kind: string; width: number; height: number },
  { file, map }: Original,
): void {
  if (found.kind === map.kind && found.width === map.width && found.height === map.height) return
  throw new AppError(
    'size_mismatch',
    `${file} is now a ${map.width}x${map.height} ${map.kind} map, its corrections were made on a ` +
      `${found.width}x${found.height} ${found.kind} map; restore the file or remove its corrections`,
  )
}

function differingTiles(map: DenseMap, original: DenseMap): Set<string> {
  const differing = new Set<string>()
  const [now, before] = [bytesOf(map), bytesOf(original)]
  const band = TILE * map.width * bytesPerPixel(map.kind)
  for (let ty = 0; ty * TILE < map.height; ty++) {
    // Most rows of tiles are untouched and lie in one piece of memory.
    const [from, to] = [ty * band, (ty + 1) * band]
    if (Buffer.compare(now.subarray(from, to), before.subarray(from, to)) === 0) continue
    for (let tx = 0; tx * TILE < map.width; tx++)
      if (Buffer.compare(readTile(map, { tx, ty }), readTile(original, { tx, ty })) !== 0)
        differing.add(`${tx},${ty}`)
  }
  return differing
}
