/** How fast many images go, in words: those that were kept from before do not count. */
export class Pace {
  readonly #start = performance.now()
  #measured = 0

  /** An image was measured now. */
  step(): void {
    this.#measured++
  }

  /** E.g. `0.42 images/s, 7 min left`; empty before the first. */
  text(left: number): string {
    if (this.#measured === 0) return ''
    const perSecond = (this.#measured * 1000) / (performance.now() - this.#start)
    const rate =
      perSecond >= 1 ? `${perSecond.toFixed(1)} images/s` : `${(1 / perSecond).toFixed(1)} s per image`
    return left > 0 ? `${rate}, ${timeText(left / perSecond)} left` : rate
  }
}

export function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
