import { html, type Markup } from '../../../../shared/markup'
import { needsDarkInk, rampColour } from '../ramp'
import type { Figure, FigureArray, Picture } from '../figures/figure'
import type { MatrixGroup, MatrixView } from './matrix-view'

const CELL = { width: 34, height: 22 }
const HEAD = { width: 52, height: 34 }
const GAP = 20
const GROUP = { title: 20, legend: 22, gap: 10 }
const APART = 4

/** Rows of small multiples, one a group, as they stand on screen; light, for papers. */
export function matrixPicture(groups: readonly MatrixGroup[]): Picture {
  let top = 0
  let width = 0
  const parts = groups.map((group) => {
    const placed = groupMarkup(group, top)
    top += placed.height + GROUP.gap
    width = Math.max(width, placed.width)
    return placed.body
  })
  return { width, height: Math.max(0, top - GROUP.gap), body: html`${parts}` }
}

function groupMarkup(group: MatrixGroup, top: number): { width: number; height: number; body: Markup } {
  let left = 0
  const height = Math.max(0, ...group.views.map(({ rows }) => HEAD.height + rows.length * CELL.height))
  const views = group.views.map((view) => {
    const placed = viewMarkup(view, left, top + GROUP.title)
    left += HEAD.width + view.columns.length * CELL.width + APART + GAP
    return placed
  })
  const width = Math.max(320, left - GAP)
  const base = top + GROUP.title + height + 12
  const body = html`<text x="0" y="${top + 12}" font-weight="600">${group.title}</text>
    ${views}
    <text x="0" y="${base + 4}" font-size="10" fill="#55555c">${group.from}</text>
    ${bar(14, base - 4)}
    <text x="${14 + BAR + 6}" y="${base + 4}" font-size="10" fill="#55555c">${group.to}</text>`
  return { width, height: GROUP.title + height + GROUP.legend, body }
}

const BAR = 120
const BAR_STEPS = 40
function bar(x: number, y: number): Markup {
  const steps = Array.from(
    { length: BAR_STEPS },
    (_, i) =>
      html`<rect
        x="${x + (i * BAR) / BAR_STEPS}"
        y="${y}"
        width="${BAR / BAR_STEPS + 0.5}"
        height="8"
        fill="${rampColour(i / (BAR_STEPS - 1))}"
      />`,
  )
  return html`${steps}`
}

function viewMarkup(view: MatrixView, left: number, top: number): Markup {
  const xOf = (column: number): number =>
    left + HEAD.width + column * CELL.width + (column >= view.apart ? APART : 0)
  const heads = view.columns.map(
    ({ short }, column) =>
      html`<text
        x="${xOf(column) + CELL.width / 2}"
        y="${top + HEAD.height - 6}"
        font-size="10"
        fill="#55555c"
        text-anchor="middle"
        >${short}</text
      >`,
  )
  const rows = view.cells.map((row, target) => {
    const y = top + HEAD.height + target * CELL.height
    const cells = row.map(({ text, share, factor }, column) => {
      const ink = share === null || needsDarkInk(share) ? '#000000' : '#ffffff'
      const [x, right, bottom] = [xOf(column), xOf(column) + CELL.width - 1, y + CELL.height - 1]
      const cross =
        factor === 0
          ? html`<path
              d="M${x} ${y}L${right} ${bottom}M${x} ${bottom}L${right} ${y}"
              stroke="${ink}"
              stroke-width="1"
            />`
          : null
      return html`<rect
          x="${x}"
          y="${y}"
          width="${CELL.width - 1}"
          height="${CELL.height - 1}"
          fill="${share === null ? '#eeeeee' : rampColour(share)}"
        /><text
          x="${x + CELL.width / 2}"
          y="${y + CELL.height / 2 + 4}"
          font-size="11"
          fill="${ink}"
          text-anchor="middle"
          >${text}</text
        >${cross}`
    })
    return html`<text
        x="${left + HEAD.width - 6}"
        y="${y + CELL.height / 2 + 4}"
        font-size="10"
        fill="#55555c"
        text-anchor="end"
        >${view.rows[target]?.short ?? ''}</text
      >${cells}`
  })
  return html`<text x="${left}" y="${top + 12}" font-size="11" font-weight="600">${view.title}</text
    >${heads}${rows}`
}

/** Matrices to save: `outer` names what the small multiples are, `unit` what the numbers are. */
interface SavedGroup extends MatrixGroup {
  readonly outer: 'scale' | 'task'
  readonly unit: string
}

/** Groups of matrices as a figure. */
export function matrixFigure(name: string, title: string, groups: readonly SavedGroup[]): Figure {
  return {
    name,
    title,
    picture: matrixPicture(groups),
    arrays: groups.flatMap((group) => arraysOf(group)),
  }
}

/** One array of the matrices proper, and one of what stands apart, where there is such a column. */
function arraysOf(group: SavedGroup): FigureArray[] {
  const [first] = group.views
  if (!first) return []
  const stem = group.title.toLowerCase().replaceAll(' ', '_')
  const label = (names: MatrixView['rows']): string[] => names.map(({ full }) => full)
  const numbers = (from: number, to: number): Float64Array =>
    Float64Array.from(
      group.views.flatMap(({ cells }) =>
        cells.flatMap((row) => row.slice(from, to).map(({ value }) => value ?? NaN)),
      ),
    )
  const axes = [
    { name: group.outer, labels: group.views.map(({ title }) => title) },
    { name: 'target', labels: label(first.rows) },
  ]
  const main: FigureArray = {
    name: stem,
    axes: [...axes, { name: 'source', labels: label(first.columns.slice(0, first.apart)) }],
    unit: group.unit,
    data: numbers(0, first.apart),
  }
  if (first.columns.length === first.apart) return [main]
  return [
    main,
    { name: `${stem}_kept`, axes, unit: group.unit, data: numbers(first.apart, first.columns.length) },
  ]
}
