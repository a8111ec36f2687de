import type { SampleProblem } from '../../shared/contract'
import { problemFrom, type ErrorCode } from '../../shared/errors'

/** Problems that are kept in words; the others are counted. */
const KEPT = 1000

/** Problems of a folder: a damaged one can have millions, so only the first are kept. */
export class ProblemLog {
  readonly first: SampleProblem[] = []
  readonly #bySample = new Map<string, number>()
  #count = 0

  get count(): number {
    return this.#count
  }
  countOf(sample: string): number {
    return this.#bySample.get(sample) ?? 0
  }

  add(problem: SampleProblem): void {
    this.#count++
    if (problem.sample !== '') this.#bySample.set(problem.sample, this.countOf(problem.sample) + 1)
    if (this.first.length < KEPT) this.first.push(problem)
  }
}

export function problemOf(sample: string, file: string, error: unknown): SampleProblem {
  const { code, message } = problemFrom(error)
  return { sample, file, code, message }
}

export function newProblem(sample: string, file: string, code: ErrorCode, message: string): SampleProblem {
  return { sample, file, code, message }
}
