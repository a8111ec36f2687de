import type { ReviewState } from '../../shared/review'

/** The words of the review states, in the order work goes through them. */
export const REVIEW_WORDS: Readonly<Record<ReviewState, string>> = {
  todo: 'To do',
  doing: 'Doing',
  done: 'Done',
  rejected: 'Rejected',
}
