import { EFFECT_MEASURES } from '../../../../shared/lab/effect'
import type { Ranked, Ranking } from '../../../../shared/lab/jobs'
import { html } from '../../../../shared/markup'
import { TASKS } from '../../../../shared/tasks'
import type { Strides } from '../../../editor/lab/changes'
import { SHORT_NAMES } from '../../task-names'
import type { Figure, FigureArray } from '../figures/figure'
import { effectText } from '../effect-words'

/** What was cut, in the words of the lists. */
export function rankedName({ what }: Ranked, strides: Strides): string {
  if (what.kind === 'task') return TASKS[what.source].label
  const scale = `1/${strides[what.scale] ?? '?'}`
  return what.kind === 'scale' ? scale : `${SHORT_NAMES[what.task]} ${what.query + 1} at ${scale}`
}

/** The three lists of a ranking, largest effect first. */
export function rankedLists({
  tasks,
  scales,
  queries,
}: Ranking): readonly { readonly title: string; readonly list: readonly Ranked[] }[] {
  return [
    { title: 'Tasks', list: tasks },
    { title: 'Scales', list: scales },
    { title: 'Queries', list: queries },
  ]
}

const COLUMN = { width: 300, bar: 100, row: 16 }
/** The drawing shows so many of a list; the numbers are of all. */
const DRAWN = 24

/** A ranking as a figure; `of` says in which pixels. */
export function rankingFigure(ranking: Ranking, strides: Strides, of: string): Figure {
  const lists = rankedLists(ranking)
  const drawn = lists.map(({ list }) => list.slice(0, DRAWN))
  const columns = lists.map(({ title, list }, at) => {
    const most = Math.max(1e-12, ...list.map(({ effect }) => effect ?? 0))
    const rows = (drawn[at] ?? []).map((item, place) => {
      const y = 34 + place * COLUMN.row
      return html`<text x="0" y="${y}">${rankedName(item, strides)}</text
        ><rect
          x="140"
          y="${y - 9}"
          width="${((item.effect ?? 0) / most) * COLUMN.bar}"
          height="9"
          fill="#4c6fbf"
        /><text x="250" y="${y}">${effectText(ranking.task, item.effect)}</text>`
    })
    return html`<g transform="translate(${at * COLUMN.width} 0)" font-size="10"
      ><text y="14" font-weight="600" font-size="12">${title}</text>${rows}</g
    >`
  })
  const title = `What ${TASKS[ranking.task].label.toLowerCase()} depends on, ${of}`
  return {
    name: `ranking-${ranking.task}`,
    title,
    picture: {
      width: COLUMN.width * lists.length,
      height: 34 + COLUMN.row * Math.max(...drawn.map(({ length }) => length)),
      body: html`${columns}`,
    },
    arrays: lists.flatMap(({ title: name, list }) => arraysOf(name.toLowerCase(), list, ranking, strides)),
  }
}

function arraysOf(name: string, list: readonly Ranked[], { task }: Ranking, strides: Strides): FigureArray[] {
  const axes = [{ name: `cut_${name}`, labels: list.map((item) => rankedName(item, strides)) }]
  const { name: measure, unit } = EFFECT_MEASURES[TASKS[task].kind]
  return [
    {
      name: `effect_${name}`,
      axes,
      unit: [measure, unit].filter((part) => part !== '').join(', '),
      data: Float64Array.from(list, ({ effect }) => effect ?? NaN),
    },
    {
      name: `read_${name}`,
      axes,
      unit: 'share of what the region reads',
      data: Float64Array.from(list, ({ read }) => read ?? NaN),
    },
  ]
}
