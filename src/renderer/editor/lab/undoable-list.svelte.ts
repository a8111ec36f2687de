/** One change of the list, with its words for "Undo …". */
interface Step<T> {
  readonly label: string
  readonly group: string | null
  readonly before: readonly T[]
  readonly after: readonly T[]
}

/** Every list in between is shared structure, so this many steps cost next to nothing. */
const MOST_STEPS = 500

/** An ordered list whose changes are undone and redone one by one, apart from the history of the labels. */
export class UndoableList<T extends { readonly id: string; readonly enabled: boolean }> {
  items: readonly T[] = $state.raw([])
  #done: readonly Step<T>[] = $state.raw([])
  #undone: readonly Step<T>[] = $state.raw([])

  /** What takes part, in order. */
  readonly active: readonly T[] = $derived(this.items.filter(({ enabled }) => enabled))
  /** What the next undo takes back and the next redo brings, in the words of the change; null = nothing. */
  readonly undoLabel: string | null = $derived(this.#done.at(-1)?.label ?? null)
  readonly redoLabel: string | null = $derived(this.#undone.at(-1)?.label ?? null)

  /**
   * Replaces the list in one step. Changes in a row that name the same `group`, such as a slider that is dragged, are one
   * step. A list equal in every item is no change.
   */
  change(next: readonly T[], label: string, group: string | null = null): void {
    const same = next.length === this.items.length && next.every((item, at) => item === this.items[at])
    if (same) return
    const last = this.#done.at(-1)
    const joins = group !== null && last?.group === group && this.#undone.length === 0
    const before = joins ? last.before : this.items
    const kept = joins ? this.#done.slice(0, -1) : this.#done
    this.#done = [...kept, { label, group, before, after: next }].slice(-MOST_STEPS)
    this.#undone = []
    this.items = next
    this.changed()
  }

  undo(): void {
    const step = this.#done.at(-1)
    if (!step) return
    this.#done = this.#done.slice(0, -1)
    this.#undone = [...this.#undone, step]
    this.items = step.before
    this.changed()
  }

  redo(): void {
    const step = this.#undone.at(-1)
    if (!step) return
    this.#undone = this.#undone.slice(0, -1)
    this.#done = [...this.#done, step]
    this.items = step.after
    this.changed()
  }

  /** Starts anew with these items; nothing before it can be undone. */
  protected restart(items: readonly T[]): void {
    this.items = items
    this.#done = []
    this.#undone = []
  }
  /** The list became what it is now by a change, an undo or a redo. */
  protected changed(): void {}
}
