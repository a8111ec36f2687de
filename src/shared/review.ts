/** Where the work on one label of one sample stands. `todo` until someone says otherwise. */
export const REVIEW_STATES = ['todo', 'doing', 'done', 'rejected'] as const
export type ReviewState = (typeof REVIEW_STATES)[number]

export interface Review {
  readonly state: ReviewState
  readonly comment: string
  /** When it was decided, ISO 8601. */
  readonly time: string
}

/** Longest comment, in UTF-16 units. */
export const MAX_COMMENT = 4000

/**
 * One state for several labels: rejected when any is, done when all are, to do when nothing was begun, else doing.
 * Empty = to do.
 */
export function overallState(states: readonly ReviewState[]): ReviewState {
  if (states.includes('rejected')) return 'rejected'
  if (states.every((state) => state === 'todo')) return 'todo'
  return states.every((state) => state === 'done') ? 'done' : 'doing'
}
