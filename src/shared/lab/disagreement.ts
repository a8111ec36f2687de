import type { Link } from './link'
import { groupOf, type LinkFigures } from './link-figures'
import { ranks } from './rank-correlation'

/** A link whose place among the others by attention is far from its place by effect. */
export interface Disagreement {
  readonly link: Link
  readonly kind: 'attention without effect' | 'effect without attention'
  /** Means over the images. */
  readonly attention: number
  readonly effect: number
  /** Places among the links that reach the same task, from 0 (smallest) to 1 (largest). */
  readonly attentionPlace: number
  readonly effectPlace: number
}

/** Half of the list apart. */
const APART = 0.5

/** The links that attention and effect place at least half of the list apart, the furthest first. Own links are to be left out. */
export function disagreementsOf(figures: readonly LinkFigures[]): Disagreement[] {
  const groups = [...new Set(figures.map(({ link }) => groupOf(link)))]
  return groups
    .flatMap((group) => within(figures.filter(({ link }) => groupOf(link) === group)))
    .sort((a, b) => gapOf(b) - gapOf(a))
}

function within(figures: readonly LinkFigures[]): Disagreement[] {
  if (figures.length < 2) return []
  const byAttention = placesOf(figures.map(({ attention }) => attention.mean))
  const byEffect = placesOf(figures.map(({ effect }) => effect?.mean ?? 0))
  return figures.flatMap(({ link, attention, effect }, at): Disagreement[] => {
    const [attentionPlace, effectPlace] = [byAttention[at]!, byEffect[at]!]
    if (Math.abs(attentionPlace - effectPlace) < APART) return []
    const kind = attentionPlace > effectPlace ? 'attention without effect' : 'effect without attention'
    return [{ link, kind, attention: attention.mean, effect: effect?.mean ?? 0, attentionPlace, effectPlace }]
  })
}

function placesOf(values: readonly number[]): number[] {
  return ranks(values).map((rank) => (rank - 1) / (values.length - 1))
}

function gapOf({ attentionPlace, effectPlace }: Disagreement): number {
  return Math.abs(attentionPlace - effectPlace)
}
