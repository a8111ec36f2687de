import { html, type Markup } from '../../../shared/markup'
import { isOwn, linksOf, reachOf, type Link } from '../../../shared/lab/link'
import { linkFigures, type LinkFigures } from '../../../shared/lab/link-figures'
import { TASKS, type TaskId } from '../../../shared/tasks'
import type { InfluenceReport } from '../influence-report'
import { linkText } from './matrix-plot'
import { drawing, label, short } from './svg'

const PANEL = { width: 190, height: 170 }
const [LEFT, TOP, STEP, BOTTOM] = [52, 44, 252, 62]
/** Four hues that colour-blind eyes tell apart (Okabe and Ito 2008), then two more. */
const HUES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
/** One shape per scale, from fine to coarse. */
const SHAPES = ['circle', 'square', 'triangle', 'diamond'] as const

/** Effect over mean attention, one panel per task that is reached; links from elsewhere only. */
export function scatterPlot(report: InfluenceReport, axis: Link['axis']): Markup {
  const links = linksOf(report)
  const figures = linkFigures(report, report.perSample).filter(
    (_, at) => links[at]!.axis === axis && !isOwn(links[at]!),
  )
  const correlations = axis === 'task' ? report.rankCorrelation : report.scaleRankCorrelation
  const panels = report.tasks.flatMap((task, at) =>
    panel(
      report,
      task,
      figures.filter(({ link }) => reachOf(link) === task),
      correlations?.byTask[task] ?? null,
      LEFT + at * STEP,
    ),
  )
  const width = report.tasks.length * STEP + 8
  const height = TOP + PANEL.height + BOTTOM
  const sources =
    axis === 'task'
      ? report.tasks.map((task) => `reads ${task}`)
      : report.scales.map(({ stride }) => `reads 1/${stride}`)
  const keys = sources.map(
    (name, at) =>
      html`<g>
        <circle cx="${LEFT + at * 100}" cy="${height - 12}" r="4" fill="${HUES[at % HUES.length]!}" />
        ${label(LEFT + at * 100 + 9, height - 8, name)}
      </g>`,
  )
  const shapes = report.scales.map(
    ({ stride }, at) =>
      html`<g>
        ${mark(LEFT + sources.length * 100 + at * 60, height - 12, at, '#66666b')}
        ${label(LEFT + sources.length * 100 + at * 60 + 9, height - 8, axis === 'task' ? `at 1/${stride}` : `by 1/${stride}`)}
      </g>`,
  )
  return drawing(
    Math.max(width, LEFT + sources.length * 100 + shapes.length * 60),
    height,
    'Effect over attention',
    [...panels, ...keys, ...shapes],
  )
}

function panel(
  report: InfluenceReport,
  task: TaskId,
  figures: readonly LinkFigures[],
  correlation: number | null,
  left: number,
): Markup[] {
  const right = Math.max(...figures.map(({ attention }) => attention.mean), Number.MIN_VALUE)
  const top = Math.max(...figures.map(({ effect }) => effect?.mean ?? 0), Number.MIN_VALUE)
  const unit = report.metric[task]?.unit
  const points = figures.map(({ link, attention, effect }) => {
    const x = left + (attention.mean / right) * PANEL.width
    const y = TOP + (1 - (effect?.mean ?? 0) / top) * PANEL.height
    const colour = link.axis === 'task' ? report.tasks.indexOf(link.source) : link.source
    const shape = link.axis === 'task' ? link.scale : link.target
    return html`<g>
      <title>
        ${linkText(report, link)}: attention ${attention.mean.toPrecision(3)}, effect
        ${(effect?.mean ?? 0).toPrecision(3)} ${unit ?? ''}
      </title>
      ${mark(x, y, shape, HUES[colour % HUES.length]!)}
    </g>`
  })
  const rho = correlation === null ? 'no rank correlation' : `ρ = ${correlation.toFixed(2)}`
  return [
    label(left, 14, TASKS[task].label, { kind: 'head' }),
    label(left, 30, `${rho}, ${figures.length} links`, { kind: 'quiet' }),
    html`<rect class="rule" x="${left}" y="${TOP}" width="${PANEL.width}" height="${PANEL.height}" />`,
    ...points,
    label(left - 4, TOP + 8, short(top), { anchor: 'end' }),
    label(left - 4, TOP + PANEL.height, '0', { anchor: 'end' }),
    label(left - 4, TOP + PANEL.height / 2, unit || 'effect', { anchor: 'end', kind: 'quiet' }),
    label(left, TOP + PANEL.height + 14, '0'),
    label(left + PANEL.width, TOP + PANEL.height + 14, short(right), { anchor: 'end' }),
    label(left + PANEL.width / 2, TOP + PANEL.height + 28, 'mean attention', {
      anchor: 'middle',
      kind: 'quiet',
    }),
  ]
}

function mark(x: number, y: number, shape: number, colour: string): Markup {
  switch (SHAPES[shape % SHAPES.length]) {
    case 'square':
      return html`<rect
        x="${(x - 4).toFixed(1)}"
        y="${(y - 4).toFixed(1)}"
        width="8"
        height="8"
        fill="${colour}"
      />`
    case 'triangle':
      return html`<path d="M${x.toFixed(1)} ${(y - 5).toFixed(1)}l5 9h-10z" fill="${colour}" />`
    case 'diamond':
      return html`<path d="M${x.toFixed(1)} ${(y - 6).toFixed(1)}l5 6-5 6-5-6z" fill="${colour}" />`
    default:
      return html`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4.5" fill="${colour}" />`
  }
}
