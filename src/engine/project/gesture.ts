import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { TileBytes } from '../../shared/edit'
import { AppError } from '../../shared/errors'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import { syncFolder, writeAtomic } from '../files/atomic-write'
import type { EditRequest } from './correction'
import { packedTilesSchema, packTiles, readRecord, record, unpackTiles } from './journal'

/** What one gesture left in every map of a sample that it touched. */
export interface Gesture {
  /** The client's name for it; unique. */
  readonly id: string
  readonly label: string
  readonly maps: readonly GestureMap[]
}
export interface GestureMap {
  readonly task: TaskId
  readonly baseRevision: number
  readonly tiles: readonly TileBytes[]
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const logSchema = v.object({
  sample: v.string(),
  id: v.string(),
  label: v.string(),
  maps: v.array(v.object({ task: v.picklist(TASK_IDS), baseRevision: count, tiles: packedTilesSchema })),
})

/** The part of a gesture that changes one map. Throws `internal` when there is none. */
export function partOf({ id, label, maps }: Gesture, task: TaskId): EditRequest {
  const map = maps.find((candidate) => candidate.task === task)
  if (!map) throw new AppError('internal', `the gesture "${label}" does not touch ${task}`)
  return { gesture: id, label, baseRevision: map.baseRevision, tiles: map.tiles }
}

/**
 * Writes a gesture over several maps to `gestures/` below the project before any journal sees it, so that a crash
 * between two journals can be made good. Returns the path. Throws `write_failed`.
 */
export async function logGesture(project: string, sample: string, gesture: Gesture): Promise<string> {
  const folder = join(project, 'gestures')
  if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(project)
  const maps = gesture.maps.map((map) => ({ ...map, tiles: packTiles(map.tiles) }))
  // The client chose the id: it must not choose the path.
  const path = join(folder, `${createHash('sha256').update(gesture.id).digest('hex').slice(0, 32)}.json`)
  await writeAtomic(path, record({ sample, id: gesture.id, label: gesture.label, maps }))
  return path
}

/** Logs a crash left behind; `gesture` is null for one that cannot be read. */
export async function loggedGestures(
  project: string,
): Promise<{ path: string; sample: string; gesture: Gesture | null }[]> {
  const folder = join(project, 'gestures')
  const names = await readdir(folder).catch((): string[] => [])
  const logs = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))
  return Promise.all(
    logs.map(async (path) => {
      try {
        const line = await readFile(path)
        const { sample, id, label, maps } = v.parse(logSchema, readRecord(line.subarray(0, -1)))
        const unpacked = maps.map((map) => ({ ...map, tiles: unpackTiles(map.tiles) }))
        return { path, sample, gesture: { id, label, maps: unpacked } }
      } catch {
        return { path, sample: '', gesture: null }
      }
    }),
  )
}
