import type { CurvePoint, ErrorHistogram } from '../../../shared/metrics/metric'
import type { NamedClass } from '../evaluation'
import { html, type Markup } from '../../../shared/markup'

const WIDTH = 420
const HEIGHT = 260
const LEFT = 44
const BOTTOM = 36
const PLOT = { width: WIDTH - LEFT - 12, height: HEIGHT - BOTTOM - 12 }

/** One bar per class that occurs, best first, with the number of label pixels beside it. */
export function classBars(classes: readonly NamedClass[]): Markup {
  const present = classes
    .filter(({ labelPixels }) => labelPixels > 0)
    .sort((a, b) => (b.iou ?? 0) - (a.iou ?? 0))
  const row = 18
  const [left, bar] = [150, 300]
  const bars = present.map(({ name, iou, labelPixels }, i) => {
    const shown = name.length > 22 ? `${name.slice(0, 21)}…` : name
    const y = i * row
    const width = ((iou ?? 0) / 100) * bar
    return html`<g>
      <title>${name}: IoU ${(iou ?? 0).toFixed(2)} %, ${labelPixels} label pixels</title>
      <text x="${left - 8}" y="${y + 13}" text-anchor="end">${shown}</text>
      <rect class="track" x="${left}" y="${y + 3}" width="${bar}" height="${row - 6}" />
      <rect class="bar" x="${left}" y="${y + 3}" width="${width.toFixed(1)}" height="${row - 6}" />
      <text x="${left + bar + 8}" y="${y + 13}">${(iou ?? 0).toFixed(1)}</text>
    </g>`
  })
  return html`<svg
    viewBox="0 0 ${left + bar + 50} ${present.length * row}"
    width="${left + bar + 50}"
    role="img"
  >
    ${bars}
  </svg>`
}

/** Precision over recall with lines of equal F; the point of the largest F is marked. */
export function precisionRecall(curve: readonly CurvePoint[]): Markup {
  const found = curve.filter(({ recall }) => recall > 0)
  const best = found.reduce<CurvePoint | null>((top, point) => (top && top.f >= point.f ? top : point), null)
  const equalF = [0.2, 0.4, 0.6, 0.8].map((f) => {
    const points = steps(f / (2 - f) + 1e-6, 1, 60).map((recall) => ({
      x: recall,
      y: (f * recall) / (2 * recall - f),
    }))
    return html`<path class="guide" d="${pathOf(points)}"><title>F = ${f}</title></path>`
  })
  const line = html`<path
    class="line"
    d="${pathOf(found.map(({ recall, precision }) => ({ x: recall, y: precision })))}"
  />`
  const mark =
    best &&
    html`<circle class="mark" cx="${xOf(best.recall)}" cy="${yOf(best.precision)}" r="4" />
      <text x="${Number(xOf(best.recall)) - 8}" y="${Number(yOf(best.precision)) + 16}" text-anchor="end"
        >F = ${(100 * best.f).toFixed(1)} at ${best.threshold}</text
      >`
  return frame('recall', 'precision', [0, 0.5, 1], [0, 0.5, 1], [...equalF, line, ...(mark ? [mark] : [])])
}

/** F over the threshold. */
export function fByThreshold(curve: readonly CurvePoint[]): Markup {
  const line = html`<path
    class="line"
    d="${pathOf(curve.map(({ threshold, f }) => ({ x: threshold, y: f })))}"
  />`
  return frame('threshold', 'F', [0, 0.5, 1], [0, 0.5, 1], [line])
}

/** Part of the pixels by error; the last bin holds all larger errors. */
export function errorHistogram({ counts, width, unit }: ErrorHistogram): Markup {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const last = counts.length - counts.toReversed().findIndex((count) => count > total / 5000)
  const shown = counts.slice(0, Math.max(10, last))
  const top = Math.max(1, ...shown)
  const step = 1 / shown.length
  const bars = shown.map(
    (count, i) =>
      html`<rect
        class="bar"
        x="${xOf(i * step)}"
        y="${yOf(count / top)}"
        width="${(step * PLOT.width).toFixed(2)}"
        height="${((count / top) * PLOT.height).toFixed(2)}"
      />`,
  )
  const end = (shown.length * width).toFixed(1)
  return frame(
    `error, ${unit}`,
    '% of pixels',
    ['0', String(Number(end) / 2), end],
    ['0', ((50 * top) / total).toFixed(2), ((100 * top) / total).toFixed(2)],
    bars,
  )
}

function frame(
  x: string,
  y: string,
  xLabels: readonly (string | number)[],
  yLabels: readonly (string | number)[],
  content: readonly Markup[],
): Markup {
  const ends = ['start', 'middle', 'end']
  const xs = xLabels.map(
    (label, i) =>
      html`<text x="${xOf(i / 2)}" y="${HEIGHT - BOTTOM + 14}" text-anchor="${ends[i] ?? 'middle'}"
        >${label}</text
      >`,
  )
  const ys = yLabels.map(
    (label, i) => html`<text x="${LEFT - 6}" y="${Number(yOf(i / 2)) + 4}" text-anchor="end">${label}</text>`,
  )
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
    <rect class="plot" x="${LEFT}" y="12" width="${PLOT.width}" height="${PLOT.height}" />
    ${content}${xs}${ys}
    <text x="${LEFT + PLOT.width / 2}" y="${HEIGHT - 6}" text-anchor="middle">${x}</text>
    <text transform="translate(11 ${12 + PLOT.height / 2}) rotate(-90)" text-anchor="middle">${y}</text>
  </svg>`
}

function xOf(part: number): string {
  return (LEFT + part * PLOT.width).toFixed(2)
}
function yOf(part: number): string {
  return (12 + (1 - Math.min(1, part)) * PLOT.height).toFixed(2)
}
function pathOf(points: readonly { x: number; y: number }[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${xOf(x)} ${yOf(y)}`).join('')
}
function steps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
}
