import { History, type Entry, type Step } from '../../shared/history'
import type { Mask } from '../../shared/mask'
import { packMask, unpackMask, type PackedMask } from '../../shared/mask-pack'
import type { TaskId } from '../../shared/tasks'
import type { ByteStore } from '../api/spill-store'
import { decodeStep, encodeStep } from './spill'
import type { HistoryItem } from './types'

/** Bytes all histories together may hold in memory. Above half of it the oldest steps move to disk. */
export const HISTORY_BYTES = 128 * 1024 * 1024

interface Slot {
  readonly history: History<TaskId>
  /** The selection of a sample that is not on screen. */
  selection: PackedMask | null
}

/** One history and one selection per sample, kept when another sample opens; undo never reaches into another sample. */
export class Histories {
  /** What is selected in the open sample; null = nothing, and then everything may be painted. */
  selection: Mask | null = $state.raw(null)
  /** Grows with every change; reading it makes the getters below reactive. */
  #version = $state(0)
  /** Least recently opened first. */
  readonly #bySample = new Map<string, Slot>()
  #slot: Slot = this.#newSlot()
  /** Entries on disk. */
  readonly #keys = new Map<Entry<TaskId>, number>()
  #nextKey = 1
  #spilling: Promise<void> | null = null

  constructor(
    private readonly store: ByteStore | null = null,
    private readonly budget = HISTORY_BYTES,
  ) {}

  /** The open sample's history. Call `changed` after using it. */
  get current(): History<TaskId> {
    return this.#slot.history
  }

  open(sample: string): void {
    this.#slot.selection = this.selection && packMask(this.selection)
    this.#slot = this.#bySample.get(sample) ?? this.#newSlot()
    this.#bySample.delete(sample)
    this.#bySample.set(sample, this.#slot)
    this.selection = this.#slot.selection && unpackMask(this.#slot.selection)
    this.#slot.selection = null
    this.changed()
  }

  /** False for a history of a folder that is no longer open. */
  holds(history: History<TaskId>): boolean {
    return [...this.#bySample.values()].some((slot) => slot.history === history)
  }

  clear(): void {
    for (const { history } of this.#bySample.values()) history.clear()
    this.#bySample.clear()
    this.#slot = this.#newSlot()
    this.selection = null
    this.changed()
  }

  changed(): void {
    this.#trim()
    this.#version++
  }

  get canUndo(): boolean {
    return this.#version >= 0 && this.current.next('undo') !== null
  }
  get canRedo(): boolean {
    return this.#version >= 0 && this.current.next('redo') !== null
  }
  get list(): readonly HistoryItem[] {
    if (this.#version < 0) return []
    const done = this.current.done.map(({ label }) => ({ label, done: true }))
    return [...done, ...this.current.undone.map(({ label }) => ({ label, done: false })).reverse()]
  }
  /** Bytes in memory. */
  get bytes(): number {
    let bytes = 0
    for (const { history } of this.#bySample.values()) bytes += history.bytes
    return bytes
  }

  /** Brings the step of an entry of the current history back from disk. Rejects when it cannot be read. */
  async recall(entry: Entry<TaskId>): Promise<void> {
    const key = this.#keys.get(entry)
    if (entry.step || key === undefined || !this.store) return
    const { history } = this.#slot
    history.restore(entry, await decodeStep(await this.store.get(key)))
    this.#discard([entry])
  }

  /** Resolves when nothing is on its way to disk. */
  async spilled(): Promise<void> {
    while (this.#spilling) await this.#spilling
  }

  #newSlot(): Slot {
    const history = new History<TaskId>()
    history.onForgotten = (entries) => this.#discard(entries)
    return { history, selection: null }
  }

  #discard(entries: readonly Entry<TaskId>[]): void {
    const keys = entries.flatMap((entry) => this.#keys.get(entry) ?? [])
    for (const entry of entries) this.#keys.delete(entry)
    // Bytes that stay on disk do no harm: they are never read again and go with the window.
    if (keys.length > 0) this.store?.delete(keys).catch(() => undefined)
  }

  #trim(): void {
    if (this.store && !this.#spilling && this.bytes > this.budget / 2)
      this.#spilling = this.#spill(this.store).finally(() => (this.#spilling = null))
    if (this.bytes <= this.budget) return
    // The disk is full or too slow: the oldest steps of the sample left longest ago are forgotten.
    for (const [sample, { history }] of this.#bySample) {
      while (this.bytes > this.budget && history.dropOldest());
      if (this.bytes <= this.budget) return
      if (history !== this.current) {
        history.clear()
        this.#bySample.delete(sample)
      }
    }
  }

  /** Moves the oldest steps to disk, one at a time, until half of the budget is free. A failure ends it until the next change. */
  async #spill(store: ByteStore): Promise<void> {
    for (let next = this.#oldest(); next && this.bytes > this.budget / 2; next = this.#oldest()) {
      const { history, entry, step } = next
      const key = this.#nextKey++
      try {
        await store.put(key, await encodeStep(step))
      } catch {
        return
      }
      // Undo may have used the step meanwhile.
      if (history.release(entry)) this.#keys.set(entry, key)
      else store.delete([key]).catch(() => undefined)
    }
  }

  #oldest(): { history: History<TaskId>; entry: Entry<TaskId>; step: Step<TaskId> } | null {
    for (const { history } of this.#bySample.values()) {
      const entry = history.oldestInMemory()
      if (entry?.step) return { history, entry, step: entry.step }
    }
    return null
  }
}
