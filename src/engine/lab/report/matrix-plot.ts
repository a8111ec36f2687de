import { ATTENTION_LUT } from '../../../shared/palette'
import { html, type Markup } from '../../../shared/markup'
import { isOwn, type Link } from '../../../shared/lab/link'
import { linkFigures, type LinkFigures } from '../../../shared/lab/link-figures'
import { TASKS, type TaskId } from '../../../shared/tasks'
import type { InfluenceReport } from '../influence-report'
import { drawing, label, short } from './svg'

const CELL = { width: 48, height: 24 }
const LEFT = 62
const GAP = 18
const HEAD = 56

/** One row of matrices: what a cell says and how strong it looks, from 0 to 1. */
interface Row {
  readonly title: string
  readonly value: (figures: LinkFigures) => number | null
  readonly shade: (figures: LinkFigures) => number
}

/** Mean attention above the effect of cutting each link, in one layout: a column of matrices per scale, or per task. */
export function matrixPlot(report: InfluenceReport, axis: Link['axis']): Markup {
  const figures = linkFigures(report, report.perSample).filter(({ link }) => link.axis === axis)
  const scales = report.scales.map(({ stride }) => `1/${stride}`)
  const [names, columns] =
    axis === 'task' ? [report.tasks, scales.map((scale) => `at ${scale}`)] : [scales, report.tasks]
  const most = Math.max(...figures.map(({ attention }) => attention.mean), Number.MIN_VALUE)
  const rows: Row[] = [
    {
      title: `Mean attention; colours from 0 to ${short(most)}`,
      value: ({ attention }) => attention.mean,
      shade: ({ attention }) => attention.mean / most,
    },
    {
      title: `Effect of cutting the link (${unitsOf(report)}); colours by its part of the largest on the same task`,
      value: ({ effect }) => effect?.mean ?? null,
      shade: ({ relativeEffect }) => Math.min(1, relativeEffect),
    },
  ]
  const block = { width: names.length * CELL.width + GAP, height: HEAD + names.length * CELL.height + GAP }
  const content = rows.flatMap((row, at) =>
    matrices(report, figures, row, at * block.height, { names, columns, block }),
  )
  const height = 2 * block.height + 10
  const note = 'Rows read, columns are read. Dashed: queries that read their own kind.'
  return drawing(LEFT + columns.length * block.width, height, 'Attention and effect', [
    ...content,
    label(0, height - 6, note, { kind: 'quiet' }),
  ])
}

function matrices(
  report: InfluenceReport,
  figures: readonly LinkFigures[],
  { title, value, shade }: Row,
  top: number,
  layout: {
    readonly names: readonly string[]
    readonly columns: readonly string[]
    readonly block: { readonly width: number }
  },
): Markup[] {
  const { names, columns, block } = layout
  return [
    label(0, top + 14, title, { kind: 'head' }),
    ...columns.flatMap((column, at) => {
      const left = LEFT + at * block.width
      return [
        label(left, top + 34, column, { kind: 'head' }),
        ...names.map((name, source) =>
          label(left + (source + 0.5) * CELL.width, top + 50, name, { anchor: 'middle', kind: 'quiet' }),
        ),
      ]
    }),
    ...names.map((name, target) =>
      label(LEFT - 6, top + HEAD + target * CELL.height + 16, name, { anchor: 'end', kind: 'quiet' }),
    ),
    ...figures.map((one) => {
      const { column, target, source } = placeOf(report, one.link)
      const x = LEFT + column * block.width + source * CELL.width
      return cell(
        one.link,
        x,
        top + HEAD + target * CELL.height,
        value(one),
        shade(one),
        linkText(report, one.link),
      )
    }),
  ]
}

function cell(link: Link, x: number, y: number, value: number | null, shade: number, text: string): Markup {
  const packed = ATTENTION_LUT[Math.round(255 * shade)]!
  const [red, green, blue] = [packed & 255, (packed >>> 8) & 255, (packed >>> 16) & 255]
  const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 140
  const size = html`width="${CELL.width - 1}" height="${CELL.height - 1}"`
  return html`<g>
    <title>${text}: ${value ?? 'nothing to compare'}</title>
    <rect x="${x}" y="${y}" ${size} fill="rgb(${red} ${green} ${blue})" />
    ${isOwn(link) ? html`<rect class="${dark ? 'own light' : 'own'}" x="${x}" y="${y}" ${size} />` : null}
    <text x="${x + CELL.width / 2}" y="${y + 16}" text-anchor="middle" style="fill: ${dark ? '#fff' : '#000'}"
      >${short(value)}</text
    >
  </g>`
}

/** In which matrix, row and column a link stands. */
function placeOf({ tasks }: InfluenceReport, link: Link): { column: number; target: number; source: number } {
  return link.axis === 'scale'
    ? { column: tasks.indexOf(link.task), target: link.target, source: link.source }
    : { column: link.scale, target: tasks.indexOf(link.target), source: tasks.indexOf(link.source) }
}

/** E.g. `semseg, edge from 0 to 1, depth in m, normals in °`. */
function unitsOf({ tasks, metric }: InfluenceReport): string {
  const unitOf = (task: TaskId): string => metric[task]?.unit ?? ''
  return [...new Set(tasks.map(unitOf))]
    .map((unit) => {
      const those = tasks.filter((task) => unitOf(task) === unit).join(', ')
      return unit ? `${those} in ${unit}` : `${those} from 0 to 1`
    })
    .join(', ')
}

/** Points of a plot, rows of tables and lines of the terminal use the same words for a link. */
export function linkText(report: Pick<InfluenceReport, 'scales'>, link: Link): string {
  const scale = (at: number): string => `1/${report.scales[at]?.stride ?? '?'}`
  return link.axis === 'task'
    ? `${TASKS[link.source].label} → ${TASKS[link.target].label} at ${scale(link.scale)}`
    : `${TASKS[link.task].label}: ${scale(link.source)} → ${scale(link.target)}`
}
