/** The run of items to keep in the document: [first, end). */
export interface Run {
  readonly first: number
  readonly end: number
}

/**
 * Which items of a horizontal list are near the part that is scrolled into view, `spare` more on both sides.
 * Lengths are CSS pixels; the cost does not depend on `count`.
 */
export function runInView(scroll: number, view: number, item: number, count: number, spare = 4): Run {
  if (item <= 0 || view <= 0) return { first: 0, end: 0 }
  const first = Math.floor(scroll / item) - spare
  const end = Math.ceil((scroll + view) / item) + spare
  return { first: Math.min(count, Math.max(0, first)), end: Math.max(0, Math.min(count, end)) }
}

/** The smallest move of the scroll position that brings item `index` wholly into view, one neighbour with it. */
export function scrollToShow(scroll: number, view: number, item: number, index: number): number {
  const left = (index - 1) * item
  const right = (index + 2) * item
  if (left < scroll) return Math.max(0, left)
  if (right > scroll + view) return right - view
  return scroll
}
