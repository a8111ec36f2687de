/**
 * Answers questions one at a time: while one is being answered only the newest of those asked meanwhile is kept. So a
 * pointer that moves faster than answers come never queues, and what it ends on is always answered.
 */
export class Latest<Q> {
  #running: AbortController | null = null
  #next: { readonly question: Q } | null = null

  /** `answer` must not reject; its signal says that nobody wants the answer any more. */
  constructor(private readonly answer: (question: Q, signal: AbortSignal) => Promise<void>) {}

  /** True while a newer question waits for the answer on its way. */
  get waiting(): boolean {
    return this.#next !== null
  }
  ask(question: Q): void {
    if (this.#running) this.#next = { question }
    else void this.#run(question)
  }
  /** Forgets what is asked: the answer on its way is for nobody. */
  drop(): void {
    this.#running?.abort()
    this.#running = null
    this.#next = null
  }

  async #run(question: Q): Promise<void> {
    const running = (this.#running = new AbortController())
    await this.answer(question, running.signal)
    if (this.#running !== running) return
    this.#running = null
    const next = this.#next
    this.#next = null
    if (next) void this.#run(next.question)
  }
}
