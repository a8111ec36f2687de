import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { SampleProblem } from '../../shared/contract'
import { AppError, problemFrom } from '../../shared/errors'
import type { DenseMap } from '../../shared/maps'
import type { Review } from '../../shared/review'
import { TASK_IDS, type TaskId } from '../../shared/tasks'
import type { Dataset } from '../dataset/dataset'
import { makeFolder, syncFolder, writeAtomic } from '../files/atomic-write'
import { Correction, type Original } from './correction'
import { logGesture, loggedGestures, partOf, type Gesture } from './gesture'
import { copyToUser, MANIFEST_FILE, projectLocation, type ProjectLocation } from './location'
import { lockFolder } from './lock'
import { Reviews } from './reviews'

/** Corrections kept open: each holds two maps. */
const OPEN_AT_ONCE = 8
/** Quiet time after an edit before the snapshot is written. */
const FLUSH_AFTER_MS = 1500

const manifestSchema = v.object({ format: v.literal(1) })

export interface CorrectedMap {
  readonly map: DenseMap
  /** The label before any edit; shared, not to be changed. */
  readonly original: DenseMap
  /** The file the original was decoded from, null when there is none; shared as well. */
  readonly originalBytes: Uint8Array<ArrayBuffer> | null
  readonly revision: number
  /** False when every value equals the original's. */
  readonly changed: boolean
  readonly problems: readonly SampleProblem[]
}

interface Slot {
  readonly id: string
  readonly task: TaskId
  readonly correction: Promise<Correction>
  /** Calls on one correction run one after the other. */
  tail: Promise<unknown>
  timer: NodeJS.Timeout | null
}

interface OpenCorrection {
  readonly task: TaskId
  readonly correction: Correction
  readonly slot: Slot
}

/** The corrections of one data set, in `corrections/<task>/<id>.{jsonl,map}` below the project folder. */
export class Project {
  private readonly slots = new Map<string, Slot>()
  private reviewing: Promise<unknown> = Promise.resolve()
  private unlock: Promise<() => Promise<void>> | null = null

  private constructor(
    private readonly dataset: Dataset,
    private place: ProjectLocation,
    private corrected: Map<string, Set<TaskId>>,
    private decisions: Reviews,
  ) {}

  /** Finds existing corrections; creates nothing. Throws `file_unsupported` for a project of a later version. */
  static async open(dataset: Dataset): Promise<Project> {
    const location = await projectLocation(dataset.root)
    await checkManifest(location.path)
    const project = new Project(
      dataset,
      location,
      await storedTasks(location.path),
      await Reviews.open(location.path),
    )
    await project.recover()
    return project
  }

  get location(): ProjectLocation {
    return this.place
  }

  /** Tasks of a sample whose map differs from the original. */
  correctedTasks(id: string): TaskId[] {
    const tasks = this.corrected.get(id)
    return tasks ? TASK_IDS.filter((task) => tasks.has(task)) : []
  }

  /** Every sample with corrections that the data set still lists. */
  correctedIds(): string[] {
    const listed = new Set(Object.values(this.dataset.splits).flat())
    return [...this.corrected].filter(([id, tasks]) => listed.has(id) && tasks.size > 0).map(([id]) => id)
  }

  /** The label with the user's edits; equals the label until the first one. Throws as `Dataset.readLabel`. */
  read(id: string, task: TaskId): Promise<CorrectedMap> {
    return this.with(id, task, async ({ map, originalMap, originalBytes, revision, changed, problems }) => ({
      map,
      original: originalMap,
      originalBytes,
      revision,
      changed,
      problems: this.problemsOf(id, task, problems),
    }))
  }

  /** Revision and problems; corrections that cannot be read are a problem too. Reads nothing when there are none. */
  async state(id: string, task: TaskId): Promise<{ revision: number; problems: readonly SampleProblem[] }> {
    const known = this.slots.has(slotKey(id, task)) || this.correctedTasks(id).includes(task)
    if (!known) return { revision: 0, problems: [] }
    try {
      return await this.with(id, task, async ({ revision, problems }) => ({
        revision,
        problems: this.problemsOf(id, task, problems),
      }))
    } catch (error) {
      const { code, message } = problemFrom(error)
      return {
        revision: 0,
        problems: [{ sample: id, file: this.dataset.labelFile(id, task), code, message }],
      }
    }
  }

  /**
   * Saves one gesture durably, whatever the number of maps it touched, and returns their new revisions. Nothing is
   * written before every map's part was checked; a crash between the maps is made good at the next opening.
   * Throws as `Correction.edit`.
   */
  async edit(id: string, gesture: Gesture): Promise<Partial<Record<TaskId, number>>> {
    await (this.unlock ??= this.prepare())
    const tasks = TASK_IDS.filter((task) => gesture.maps.some((map) => map.task === task))
    return this.withAll(id, tasks, async (open) => {
      const parts = open.map(({ task, correction, slot }) => ({
        task,
        correction,
        slot,
        request: partOf(gesture, task),
      }))
      for (const { correction, request } of parts)
        if (correction.appliedAt(gesture.id) === null) correction.check(request)
      const log = parts.length > 1 ? await logGesture(this.location.path, id, gesture) : null
      const revisions: Partial<Record<TaskId, number>> = {}
      for (const { task, correction, slot, request } of parts) {
        revisions[task] = await correction.edit(request)
        this.note(id, task, correction.changed)
        this.flushLater(slot)
      }
      if (log !== null) await rm(log, { force: true })
      return revisions
    })
  }

  /** Where the work on each label of a sample stands: what was decided, or `doing` for a corrected label. */
  reviews(id: string): Partial<Record<TaskId, Review>> {
    const decided = this.decisions.of(id)
    for (const task of this.correctedTasks(id)) decided[task] ??= { state: 'doing', comment: '', time: '' }
    return decided
  }

  /** Saves a decision durably. Throws `write_failed`. */
  async review(id: string, task: TaskId, review: Pick<Review, 'state' | 'comment'>): Promise<Review> {
    await (this.unlock ??= this.prepare())
    const run = this.reviewing.then(() => this.decisions.set(id, task, review))
    this.reviewing = run.catch(() => undefined)
    return run
  }

  /** Reads a sample's labels anew when they are next asked for; what was corrected stays. Throws `write_failed`. */
  async reread(id: string): Promise<void> {
    for (const [key, slot] of this.slots) {
      if (slot.id !== id) continue
      const last = slot.tail
      await this.flushSlot(slot)
      if (slot.tail !== last && this.slots.get(key) === slot) this.slots.delete(key)
    }
  }

  /** Writes every pending snapshot. Throws `write_failed`. */
  async flush(): Promise<void> {
    for (const slot of this.slots.values()) await this.flushSlot(slot)
  }

  /** Flushes and lets other processes write. */
  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      for (const slot of this.slots.values()) if (slot.timer) clearTimeout(slot.timer)
      this.slots.clear()
      const unlock = await this.unlock?.catch(() => null)
      this.unlock = null
      await unlock?.()
    }
  }

  /**
   * First edit: creates the project folder and takes its lock. Until then another process may have written, so what
   * was read before is read again. A failure is not remembered.
   */
  private async prepare(): Promise<() => Promise<void>> {
    try {
      if (!this.place.writable) this.place = await copyToUser(this.dataset.root, this.place)
      const { path } = this.place
      await makeFolder(path)
      const release = await lockFolder(path)
      await writeAtomic(join(path, MANIFEST_FILE), JSON.stringify({ format: 1, root: this.dataset.root }))
      await syncFolder(path)
      this.slots.clear()
      this.corrected = await storedTasks(path)
      this.decisions = await Reviews.open(path)
      return release
    } catch (error) {
      this.unlock = null
      throw error
    }
  }

  /** Completes gestures over several maps that a crash cut in two. Left alone while another process holds the project. */
  private async recover(): Promise<void> {
    const left = await loggedGestures(this.location.path)
    if (left.length === 0) return
    try {
      await (this.unlock ??= this.prepare())
    } catch {
      return // Its owner will complete them.
    }
    for (const { path, sample, gesture } of left)
      try {
        if (gesture) await this.edit(sample, gesture)
        await rm(path, { force: true })
      } catch (error) {
        // Edited since: what the gesture left is no longer its to complete. A label that cannot be read now may be later.
        if (problemFrom(error).code === 'revision_conflict') await rm(path, { force: true })
      }
  }

  private flushLater(slot: Slot): void {
    slot.timer ??= setTimeout(() => {
      slot.timer = null
      // The journal holds every edit already; a failure here is tried again at the next flush.
      this.flushSlot(slot).catch(() => undefined)
    }, FLUSH_AFTER_MS).unref()
  }

  private problemsOf(id: string, task: TaskId, messages: readonly string[]): SampleProblem[] {
    const file = this.dataset.labelFile(id, task)
    return messages.map((message) => ({ sample: id, file, code: 'file_malformed', message }))
  }

  private note(id: string, task: TaskId, changed: boolean): void {
    const tasks = this.corrected.get(id) ?? new Set()
    if (changed) this.corrected.set(id, tasks.add(task))
    else tasks.delete(task)
  }

  /** Holds several corrections of a sample at once; taken in the table's order, so that two gestures never wait for each other. */
  private withAll<T>(
    id: string,
    tasks: readonly TaskId[],
    work: (open: readonly OpenCorrection[]) => Promise<T>,
    held: readonly OpenCorrection[] = [],
  ): Promise<T> {
    const [task, ...rest] = tasks
    if (task === undefined) return work(held)
    return this.with(id, task, (correction, slot) =>
      this.withAll(id, rest, work, [...held, { task, correction, slot }]),
    )
  }

  private async with<T>(
    id: string,
    task: TaskId,
    work: (correction: Correction, slot: Slot) => Promise<T>,
  ): Promise<T> {
    const slot = this.slot(id, task)
    const run = slot.tail.then(async () => work(await slot.correction, slot))
    slot.tail = run.catch(() => undefined)
    return run
  }

  private slot(id: string, task: TaskId): Slot {
    const key = slotKey(id, task)
    const known = this.slots.get(key)
    if (known) {
      this.slots.delete(key)
      this.slots.set(key, known)
      return known
    }
    const slot: Slot = { id, task, correction: this.load(id, task), tail: Promise.resolve(), timer: null }
    slot.correction.then(
      (correction) => {
        if (this.slots.get(key) === slot) this.note(id, task, correction.changed)
      },
      () => {
        if (this.slots.get(key) === slot) this.slots.delete(key) // Not remembered: the file may be repaired.
      },
    )
    this.slots.set(key, slot)
    this.evict()
    return slot
  }

  /** Closes the corrections used longest ago once they are saved. */
  private evict(): void {
    const excess = [...this.slots].slice(0, Math.max(0, this.slots.size - OPEN_AT_ONCE))
    for (const [key, slot] of excess) {
      const flushed = this.flushSlot(slot)
      const last = slot.tail
      flushed.then(
        () => {
          // Work that was added meanwhile needs this very object: two for one file would overwrite each other.
          if (slot.tail === last && this.slots.get(key) === slot) this.slots.delete(key)
        },
        () => undefined,
      )
    }
  }

  private flushSlot(slot: Slot): Promise<void> {
    if (slot.timer) clearTimeout(slot.timer)
    slot.timer = null
    const run = slot.tail.then(async () => (await slot.correction).flush())
    slot.tail = run.catch(() => undefined)
    return run
  }

  private async load(id: string, task: TaskId): Promise<Correction> {
    const file = this.dataset.labelFile(id, task)
    const { map, bytes } = await this.dataset.readOrEmpty(id, task)
    const sha256 = createHash('sha256')
      .update(bytes ?? new Uint8Array())
      .digest('hex')
    const classes = this.dataset.tasks.find((info) => info.id === task)?.classes?.length ?? null
    const original: Original = { file, map, bytes, sha256, classes }
    return Correction.open(original, join(this.location.path, 'corrections', task, storedName(id)))
  }
}

function slotKey(id: string, task: TaskId): string {
  return `${task}/${id}`
}

/** Tasks with stored corrections by sample. */
async function storedTasks(folder: string): Promise<Map<string, Set<TaskId>>> {
  const tasks = new Map<string, Set<TaskId>>()
  for (const task of TASK_IDS)
    for (const id of await storedIds(join(folder, 'corrections', task)))
      tasks.set(id, (tasks.get(id) ?? new Set()).add(task))
  return tasks
}

async function storedIds(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  const stored = names.flatMap((name) => /^(.*)\.(?:jsonl|map)$/.exec(name)?.[1] ?? [])
  return [...new Set(stored)].map((name) => name.replaceAll('%2F', '/').replaceAll('%25', '%'))
}

/** An id with folders is one file name here. */
function storedName(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('/', '%2F')
}

async function checkManifest(folder: string): Promise<void> {
  const text = await readFile(join(folder, MANIFEST_FILE), 'utf8').catch(() => null)
  if (text === null) return
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    manifest = null
  }
  if (!v.is(manifestSchema, manifest))
    throw new AppError(
      'file_unsupported',
      `${folder} holds corrections in a format this version does not read; update MQ Studio`,
    )
}
