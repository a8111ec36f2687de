/** Milliseconds between two values: numbers that change faster cannot be read, and laying them out delays the pictures. */
export const PACE_MS = 60

/**
 * A value that may change with every frame, followed at a pace at which it can be read; the last one always arrives. The
 * first after nothing, and nothing itself, are shown at once.
 */
export class Paced<T> {
  shown: T | null = $state.raw(null)
  #latest: T | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  follow(value: T | null): void {
    this.#latest = value
    if (value === null || this.shown === null) this.#show()
    else this.#timer ??= setTimeout(() => this.#show(), PACE_MS)
  }

  #show(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.shown = this.#latest
  }
}
