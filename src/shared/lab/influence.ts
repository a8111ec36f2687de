import { TASKS, type TaskId } from '../tasks'
import { disagreementsOf, type Disagreement } from './disagreement'
import { EFFECT_MEASURES } from './effect'
import { isOwn, reachOf, type Link, type LinkShape } from './link'
import { linkFigures, type LinkFigures, type SampleInfluence } from './link-figures'
import { rankCorrelation } from './rank-correlation'
import { spreadOf, type Spread } from './spread'

/** Spearman's rank correlation of mean attention (or contribution) and mean effect over the links from elsewhere (own links left out). */
export interface RankCorrelations {
  /** Over the links of all tasks, by relative effect. */
  readonly all: number | null
  /** Over the links that reach one task. */
  readonly byTask: Readonly<Partial<Record<TaskId, number | null>>>
  /** Links that reach one task. */
  readonly links: number
  /** `all` of every image by itself. */
  readonly perSample: Spread | null
}

type Cube<T> = readonly (readonly (readonly T[])[])[]

/** Means over images and where the images lie: effects of cutting each link alone, beside mean attention. */
export interface LinkCubes {
  /** Between tasks at one scale, [target][source][scale]. */
  readonly effect: Cube<number | null>
  readonly attention: Cube<number>
  readonly effectSpread: Cube<Spread | null>
  readonly attentionSpread: Cube<Spread>
  /** Between scales of one task, [task][target][source]; empty for a model with one scale. */
  readonly scaleEffect: Cube<number | null>
  readonly scaleAttention: Cube<number>
  readonly scaleEffectSpread: Cube<Spread | null>
  readonly scaleAttentionSpread: Cube<Spread>
  /** As `attention` and `scaleAttention`, by contributions; null for bundles that do not tell them. */
  readonly contribution: Cube<number> | null
  readonly scaleContribution: Cube<number> | null
}

export interface Influence extends LinkShape, LinkCubes {
  /** Images measured. */
  readonly samples: number
  /** What `effect` counts, by the task it is an effect on. */
  readonly metric: Readonly<Partial<Record<TaskId, { readonly name: string; readonly unit: string }>>>
  readonly rankCorrelation: RankCorrelations
  readonly scaleRankCorrelation: RankCorrelations | null
  /** As the two above, of contribution and effect. */
  readonly contributionRankCorrelation: RankCorrelations | null
  readonly scaleContributionRankCorrelation: RankCorrelations | null
  readonly disagreements: readonly Disagreement[]
}

/** Means, spreads, rank correlations and disagreements over at least one image. */
export function summariseInfluence(shape: LinkShape, samples: readonly SampleInfluence[]): Influence {
  const figures = linkFigures(shape, samples)
  const single = samples.map((sample) => linkFigures(shape, [sample]))
  const correlations = (axis: Link['axis'], weight: Weight): RankCorrelations =>
    correlationsOf(
      shape,
      fromElsewhere(figures, axis),
      single.map((one) => fromElsewhere(one, axis)),
      weight,
    )
  const several = shape.scales.length > 1
  const contributions = figures.every(({ contribution }) => contribution !== null)
  return {
    tasks: shape.tasks,
    scales: shape.scales.map(({ stride }) => ({ stride })),
    samples: samples.length,
    metric: Object.fromEntries(shape.tasks.map((task) => [task, EFFECT_MEASURES[TASKS[task].kind]])),
    ...cubesOf(shape, figures),
    rankCorrelation: correlations('task', byAttention),
    scaleRankCorrelation: several ? correlations('scale', byAttention) : null,
    contributionRankCorrelation: contributions ? correlations('task', byContribution) : null,
    scaleContributionRankCorrelation: several && contributions ? correlations('scale', byContribution) : null,
    disagreements: disagreementsOf(figures.filter(({ link }) => !isOwn(link))),
  }
}

function cubesOf({ tasks, scales }: LinkShape, figures: readonly LinkFigures[]): LinkCubes {
  const cube = <T>(axis: Link['axis'], pick: (figures: LinkFigures) => T): T[][][] => {
    const values = figures.filter(({ link }) => link.axis === axis).map(pick)
    return chunks(chunks(values, scales.length), axis === 'task' ? tasks.length : scales.length)
  }
  const contributions = figures.every(({ contribution }) => contribution !== null)
  return {
    effect: cube('task', ({ effect }) => effect?.mean ?? null),
    attention: cube('task', ({ attention }) => attention.mean),
    effectSpread: cube('task', ({ effect }) => effect),
    attentionSpread: cube('task', ({ attention }) => attention),
    scaleEffect: cube('scale', ({ effect }) => effect?.mean ?? null),
    scaleAttention: cube('scale', ({ attention }) => attention.mean),
    scaleEffectSpread: cube('scale', ({ effect }) => effect),
    scaleAttentionSpread: cube('scale', ({ attention }) => attention),
    contribution: contributions ? cube('task', byContribution) : null,
    scaleContribution: contributions ? cube('scale', byContribution) : null,
  }
}

function fromElsewhere(figures: readonly LinkFigures[], axis: Link['axis']): LinkFigures[] {
  return figures.filter(({ link }) => link.axis === axis && !isOwn(link))
}

function correlationsOf(
  { tasks }: LinkShape,
  figures: readonly LinkFigures[],
  single: readonly (readonly LinkFigures[])[],
  weight: Weight,
): RankCorrelations {
  const byTask = tasks.map((task): [TaskId, number | null] => [
    task,
    correlate(
      figures.filter(({ link }) => reachOf(link) === task),
      weight,
    ),
  ])
  return {
    all: correlate(figures, weight),
    byTask: Object.fromEntries(byTask),
    links: figures.length / tasks.length,
    perSample: spreadOf(single.map((one) => correlate(one, weight)).filter((value) => value !== null)),
  }
}

type Weight = (figures: LinkFigures) => number
const byAttention: Weight = ({ attention }) => attention.mean
const byContribution: Weight = ({ contribution }) => contribution?.mean ?? 0

function correlate(figures: readonly LinkFigures[], weight: Weight): number | null {
  return rankCorrelation(
    figures.map(weight),
    figures.map(({ relativeEffect }) => relativeEffect),
  )
}

function chunks<T>(values: readonly T[], length: number): T[][] {
  return Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length))
}
