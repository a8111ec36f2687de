import { csv, type Cell } from '../../../shared/csv'
import { isOwn, linksOf, reachOf, type Link } from '../../../shared/lab/link'
import { groupOf, linkFigures } from '../../../shared/lab/link-figures'
import { ranks } from '../../../shared/lab/rank-correlation'
import type { InfluenceReport } from '../influence-report'

/** `links.csv`: every link over all images; `samples.csv`: every link of every image. */
export function influenceCsv(report: InfluenceReport): Record<string, string> {
  const links = linksOf(report)
  const figures = linkFigures(report, report.perSample)
  const places = placesOf(
    figures.map(({ attention }) => attention.mean),
    links,
  )
  const effectPlaces = placesOf(
    figures.map(({ effect }) => effect?.mean ?? 0),
    links,
  )
  const rows = figures.map(({ link, attention, contribution, effect, relativeEffect }, at): Cell[] => [
    ...addressOf(link),
    isOwn(link) ? 1 : 0,
    attention.mean,
    attention.std,
    contribution?.mean,
    effect?.mean,
    effect?.std,
    effect?.q05,
    effect?.q25,
    effect?.q50,
    effect?.q75,
    effect?.q95,
    report.metric[reachOf(link)]?.unit ?? '',
    relativeEffect,
    places[at],
    effectPlaces[at],
    report.labels?.figures[reachOf(link)]?.figure,
    report.labels?.change[at],
  ])
  return {
    'links.csv': csv(
      [
        ...ADDRESS,
        'own',
        'attention_mean',
        'attention_std',
        'contribution_mean',
        'effect_mean',
        'effect_std',
        'effect_q05',
        'effect_q25',
        'effect_q50',
        'effect_q75',
        'effect_q95',
        'effect_unit',
        'effect_relative',
        'attention_rank',
        'effect_rank',
        'label_figure',
        'label_change',
      ],
      rows,
    ),
    'samples.csv': csv(
      ['sample', ...ADDRESS, 'attention', 'contribution', 'effect'],
      report.perSample.flatMap(({ sample, attention, contribution, effect }) =>
        links.map((link, at) => [sample, ...addressOf(link), attention[at], contribution?.[at], effect[at]]),
      ),
    ),
  }
}

const ADDRESS = ['axis', 'task', 'source_task', 'scale', 'source_scale']

/** The task that is reached, the task that is read, the scale that reads and the scale that is read. */
function addressOf(link: Link): Cell[] {
  return link.axis === 'task'
    ? ['task', link.target, link.source, link.scale, link.scale]
    : ['scale', link.task, link.task, link.target, link.source]
}

/** Rank from 1 (smallest) among the links from elsewhere that reach the same task; null for own links. */
function placesOf(values: readonly number[], links: readonly Link[]): (number | null)[] {
  const result = links.map((): number | null => null)
  const compared = links.map((link, at) => ({ link, at })).filter(({ link }) => !isOwn(link))
  for (const group of new Set(compared.map(({ link }) => groupOf(link)))) {
    const members = compared.filter(({ link }) => groupOf(link) === group)
    const order = ranks(members.map(({ at }) => values[at]!))
    members.forEach(({ at }, index) => (result[at] = order[index]!))
  }
  return result
}
