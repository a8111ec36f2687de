import { History } from '../../shared/history'
import type { TaskId } from '../../shared/tasks'
import type { HistoryItem } from './types'

/** Bytes all histories together may hold; the oldest entries of the sample left longest ago go first. */
export const HISTORY_BYTES = 128 * 1024 * 1024

/** One history per sample, kept when another sample opens; undo never reaches into a sample that is not on screen. */
export class Histories {
  /** Grows with every change; reading it makes the getters below reactive. */
  #version = $state(0)
  /** Least recently opened first. */
  readonly #bySample = new Map<string, History<TaskId>>()
  #current = new History<TaskId>()

  constructor(private readonly budget = HISTORY_BYTES) {}

  /** The open sample's history. Call `changed` after using it. */
  get current(): History<TaskId> {
    return this.#current
  }

  open(sample: string): void {
    this.#current = this.#bySample.get(sample) ?? new History<TaskId>()
    this.#bySample.delete(sample)
    this.#bySample.set(sample, this.#current)
    this.changed()
  }

  clear(): void {
    this.#bySample.clear()
    this.#current = new History<TaskId>()
    this.changed()
  }

  changed(): void {
    this.#trim()
    this.#version++
  }

  get canUndo(): boolean {
    return this.#version >= 0 && !this.#current.active && this.#current.done.length > 0
  }
  get canRedo(): boolean {
    return this.#version >= 0 && !this.#current.active && this.#current.undone.length > 0
  }
  get list(): readonly HistoryItem[] {
    if (this.#version < 0) return []
    const done = this.#current.done.map(({ label }) => ({ label, done: true }))
    return [...done, ...this.#current.undone.map(({ label }) => ({ label, done: false })).reverse()]
  }
  get bytes(): number {
    let bytes = 0
    for (const history of this.#bySample.values()) bytes += history.bytes
    return bytes
  }

  #trim(): void {
    let bytes = this.bytes
    for (const [sample, history] of this.#bySample) {
      while (bytes > this.budget) {
        const before = history.bytes
        if (!history.dropOldest()) break
        bytes += history.bytes - before
      }
      if (bytes <= this.budget) return
      if (history !== this.#current) {
        bytes -= history.bytes
        this.#bySample.delete(sample)
      }
    }
  }
}
