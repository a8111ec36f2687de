/** Milliseconds after a change at which numbers about whole maps follow it. */
export const REST_MS = 100

/**
 * Something computed from a map that no gesture may wait for: at once for another map, and a moment after a change of the
 * same one. Reading it is reactive.
 */
export class Rested<T> {
  #kept: { readonly subject: object; revision: number; value: T } | null = null
  #waiting = false
  #version = $state(0)

  /** The value for `subject`; `revision` says whether it changed since the last call. */
  of(subject: object, revision: number, compute: () => T): T {
    void this.#version
    const kept = this.#kept
    if (kept?.subject !== subject) return (this.#kept = { subject, revision, value: compute() }).value
    if (kept.revision !== revision) {
      kept.revision = revision
      this.#later(compute)
    }
    return kept.value
  }

  #later(compute: () => T): void {
    if (this.#waiting) return
    this.#waiting = true
    const kept = this.#kept
    setTimeout(() => {
      this.#waiting = false
      if (!kept || this.#kept !== kept) return
      kept.value = compute()
      this.#version++
    }, REST_MS)
  }
}
