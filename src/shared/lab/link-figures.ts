import { isOwn, linksOf, reachOf, type Link, type LinkShape } from './link'
import { spreadOf, type Spread } from './spread'

/** One image's numbers, in the order of `linksOf`. */
export interface SampleInfluence {
  /** Effect of cutting each link alone (`effectOf`); null where no pixel could be compared. */
  readonly effect: readonly (number | null)[]
  /** Mean attention on each link (`attentionOn`). */
  readonly attention: readonly number[]
  /** As `attention`, by the norm of what came through (`Weighting`); absent for bundles that do not tell it. */
  readonly contribution?: readonly number[] | null
}

/** One link over all images. */
export interface LinkFigures {
  readonly link: Link
  readonly attention: Spread
  /** Null unless every image has contributions. */
  readonly contribution: Spread | null
  readonly effect: Spread | null
  /**
   * Mean effect as a part of the largest among the links from elsewhere that are of the same axis and reach the same
   * task, so that tasks with different units can be compared; above 1 only for own links. 0 where none has an effect.
   */
  readonly relativeEffect: number
}

/** Every link of a model over these images, in the order of `linksOf`. */
export function linkFigures(shape: LinkShape, samples: readonly SampleInfluence[]): LinkFigures[] {
  const links = linksOf(shape)
  const effects = links.map((_, at) =>
    spreadOf(samples.flatMap(({ effect }) => (effect[at] == null ? [] : [effect[at]]))),
  )
  const contributions = samples.flatMap(({ contribution }) => (contribution ? [contribution] : []))
  const largest = new Map<string, number>()
  links.forEach((link, at) => {
    if (isOwn(link)) return
    const key = groupOf(link)
    largest.set(key, Math.max(largest.get(key) ?? 0, effects[at]?.mean ?? 0))
  })
  return links.map((link, at): LinkFigures => {
    const most = largest.get(groupOf(link)) ?? 0
    return {
      link,
      attention: spreadOf(samples.map(({ attention }) => attention[at] ?? 0)) ?? NOTHING,
      contribution:
        contributions.length === samples.length ? spreadOf(contributions.map((one) => one[at] ?? 0)) : null,
      effect: effects[at] ?? null,
      relativeEffect: most > 0 ? (effects[at]?.mean ?? 0) / most : 0,
    }
  })
}

/** Links whose effects have one unit and are compared with each other. */
export function groupOf(link: Link): string {
  return `${link.axis} ${reachOf(link)}`
}

const NOTHING: Spread = { mean: 0, std: 0, q05: 0, q25: 0, q50: 0, q75: 0, q95: 0 }
