/** Runs every requested job once in the next animation frame, however often it was requested. */
export class Frames {
  #jobs = new Set<() => void>()
  #running = new Set<() => void>()
  #handle: number | null = null

  request(job: () => void): void {
    this.#jobs.add(job)
    this.#handle ??= requestAnimationFrame(() => this.#run())
  }

  cancel(job: () => void): void {
    this.#jobs.delete(job)
  }

  dispose(): void {
    if (this.#handle !== null) cancelAnimationFrame(this.#handle)
    this.#handle = null
    this.#jobs.clear()
  }

  #run(): void {
    this.#handle = null
    // Two sets that swap: a job may ask for the next frame while this one runs.
    const jobs = this.#jobs
    this.#jobs = this.#running
    this.#running = jobs
    for (const job of jobs) job()
    jobs.clear()
  }
}
