/** How far a job was at a moment (milliseconds of any one clock). */
export interface Mark {
  readonly at: number
  readonly done: number
}

/** The rate between two marks and the time that is left, e.g. `3.1/s, 12 s left`; null before there is anything to tell. */
export function paceOf(start: Mark, now: Mark, total: number): string | null {
  const seconds = (now.at - start.at) / 1000
  const done = now.done - start.done
  if (done <= 0 || seconds <= 0) return null
  const rate = done / seconds
  const left = (total - now.done) / rate
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s, ${timeLeft(left)} left`
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
