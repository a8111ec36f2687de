/** Milliseconds without a change after which values are shown: what moves is not read, and a slow hand pauses this long. */
export const REST_MS = 60
/** The longest that values which keep changing are not shown: laying them out holds up the pictures they belong to. */
export const PACE_MS = 2000

/** What waits for the next beat: all of it changes in one frame, so that the page is laid out once. */
const waiting = new Set<() => void>()
let beat: ReturnType<typeof setTimeout> | null = null
let since = 0

/**
 * A value that may change with every frame, followed at a pace at which it can be read; the last one always arrives. The
 * first after nothing, and nothing itself, are shown at once.
 */
export class Paced<T> {
  shown: T | null = $state.raw(null)
  #latest: T | null = null
  readonly #show = (): void => {
    waiting.delete(this.#show)
    this.shown = this.#latest
  }

  follow(value: T | null): void {
    this.#latest = value
    if (value === null || this.shown === null) return this.#show()
    waiting.add(this.#show)
    const now = performance.now()
    if (beat === null) since = now
    else clearTimeout(beat)
    beat = setTimeout(
      () => {
        beat = null
        for (const show of waiting) show()
      },
      Math.min(REST_MS, Math.max(0, since + PACE_MS - now)),
    )
  }
}
