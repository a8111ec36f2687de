import { AppError, problemFrom, type ErrorCode } from '../../shared/errors'
import type { Notice, NoticeAction } from './types'

/** What the user should know; an error is put here exactly once, where it was caught. */
export class Notices {
  items: readonly Notice[] = $state.raw([])
  #next = 1

  push(
    tone: Notice['tone'],
    message: string,
    actions: readonly NoticeAction[] = [],
    code: ErrorCode | null = null,
  ): number {
    const id = this.#next++
    // The same sentence twice would only hide the ones below it.
    const others = this.items.filter((item) => item.message !== message)
    this.items = [...others, { id, tone, code, message, actions }]
    return id
  }

  /** Shows a caught error and returns the notice's id; a cancelled request is not news. */
  report(error: unknown, actions: readonly NoticeAction[] = []): number | null {
    if (error instanceof AppError && error.code === 'cancelled') return null
    const problem = problemFrom(error)
    return this.push('error', problem.message, actions, problem.code)
  }

  dismiss(id: number): void {
    this.items = this.items.filter((item) => item.id !== id)
  }
}
