import { problemFrom, type Problem } from '../../../shared/errors'
import { Latest } from './latest'

/** A question about one sample, and its answer. */
interface Asked<R> {
  readonly sample: string
  readonly request: R
}
export interface Answered<R, A> extends Asked<R> {
  readonly answer: A
}

/**
 * One view's question to the engine. The answer before stays until the next is here, unless that is about another sample;
 * why there is none stands in `problem`, where the view can say it.
 */
export class Question<R, A> {
  shown: Answered<R, A> | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  /** An answer is on its way. */
  busy = $state(false)
  readonly #latest: Latest<Asked<R>>
  #sample: string | null = null

  /** `holds` tells that the answer shown is also that of another request about the same sample, which is then not asked. */
  constructor(
    ask: (sample: string, request: R, signal: AbortSignal) => Promise<A>,
    holds: (shown: Answered<R, A>, request: R) => boolean = () => false,
  ) {
    this.#latest = new Latest(async ({ sample, request }, signal) => {
      try {
        const { shown } = this
        const known = shown?.sample === sample && holds(shown, request)
        const answer = known ? shown.answer : await ask(sample, request, signal)
        if (signal.aborted) return
        this.shown = { sample, request, answer }
        this.problem = null
      } catch (error) {
        if (signal.aborted) return
        this.shown = null
        this.problem = problemFrom(error)
      } finally {
        if (!signal.aborted) this.busy = this.#latest.waiting
      }
    })
  }

  /** Asks; null = nothing is wanted, and nothing is shown. */
  ask(sample: string | null, request: R | null): void {
    if (sample === null || request === null) {
      this.clear()
      return
    }
    if (this.#sample !== sample) this.clear()
    this.#sample = sample
    this.busy = true
    this.#latest.ask({ sample, request })
  }

  clear(): void {
    this.#latest.drop()
    this.shown = null
    this.problem = null
    this.busy = false
  }
}
