import type { Influence } from '../../../../shared/lab/influence'
import { isOwn, linksOf, reachOf, type Link } from '../../../../shared/lab/link'
import type { Weighting } from '../../../../shared/lab/wire'
import { html } from '../../../../shared/markup'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { Figure } from '../figures/figure'

/** One link: attention on it, and its effect as a part of the largest on its target. */
export interface ScatterPoint {
  readonly link: Link
  readonly task: TaskId
  readonly attention: number
  /** In the unit of the task. */
  readonly effect: number
  /** 0..1 */
  readonly relative: number
}

/** Every measured link from elsewhere between tasks; a target's own are left out. */
export function scatterPoints(influence: Influence): ScatterPoint[] {
  const { tasks } = influence
  const found = linksOf(influence).flatMap((link) => {
    if (link.axis !== 'task' || isOwn(link)) return []
    const [target, source] = [tasks.indexOf(link.target), tasks.indexOf(link.source)]
    const effect = influence.effect[target]?.[source]?.[link.scale] ?? null
    const attention = influence.attention[target]?.[source]?.[link.scale] ?? 0
    return effect === null ? [] : [{ link, task: reachOf(link), attention, effect }]
  })
  const largest = new Map<TaskId, number>()
  for (const { task, effect } of found) largest.set(task, Math.max(largest.get(task) ?? 0, effect))
  return found.map((point) => {
    const most = largest.get(point.task) ?? 0
    return { ...point, relative: most > 0 ? point.effect / most : 0 }
  })
}

/** A rank correlation as it is printed: two places and a sign. */
export function rho(value: number | null | undefined): string {
  if (value == null) return '–'
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}

/** What is read beside effects, as axes name it. */
export function meanWords(weighting: Weighting): string {
  return weighting === 'raw' ? 'mean raw attention' : 'mean contribution'
}

/** Colours of Okabe and Ito, told apart by colour-blind eyes, and shapes, told apart without colour. */
export const MARKS: readonly { readonly colour: string; readonly path: string }[] = [
  { colour: '#0072b2', path: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z' },
  { colour: '#d55e00', path: 'M-4 -4H4V4H-4Z' },
  { colour: '#009e73', path: 'M0 -5L5 4H-5Z' },
  { colour: '#cc79a7', path: 'M0 -5L5 0L0 5L-5 0Z' },
  { colour: '#e69f00', path: 'M-1.5 -5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5V-1.5H-1.5Z' },
  { colour: '#56b4e9', path: 'M0 5L-5 -4H5Z' },
]

const SIZE = { width: 360, height: 300 }
const LEFT = 48
const BOTTOM = 36

/** The scatter as a figure with its numbers. */
export function scatterFigure(influence: Influence, of: string, weighting: Weighting): Figure {
  const points = scatterPoints(influence)
  const most = Math.max(1e-9, ...points.map(({ attention }) => attention))
  const plot = { width: SIZE.width - LEFT - 8, height: SIZE.height - BOTTOM - 8 }
  const marks = points.map(({ task, attention, relative }) => {
    const mark = MARKS[influence.tasks.indexOf(task) % MARKS.length]!
    const x = LEFT + (attention / most) * plot.width
    const y = 8 + (1 - relative) * plot.height
    return html`<path
      d="${mark.path}"
      transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"
      fill="${mark.colour}"
    />`
  })
  const legend = influence.tasks.map((task, i) => {
    const mark = MARKS[i % MARKS.length]!
    const y = SIZE.height + 14 + i * 16
    return html`<path
        d="${mark.path}"
        transform="translate(${LEFT + 4} ${y - 4})"
        fill="${mark.colour}"
      /><text x="${LEFT + 16}" y="${y}"
        >${TASKS[task].label}: rank correlation ${rho(influence.rankCorrelation.byTask[task])}</text
      >`
  })
  const texts = (pick: (point: ScatterPoint) => string): string[] => points.map(pick)
  const names = texts(({ link }) =>
    link.axis === 'task' ? `${link.source} to ${link.target}, scale ${link.scale}` : '',
  )
  const axes = [{ name: 'link', labels: names }]
  const { height } = SIZE
  return {
    name: 'attention-and-effect',
    title: `Attention and the effect of cutting, ${of}`,
    picture: {
      width: SIZE.width,
      height: height + 24 + influence.tasks.length * 16,
      body: html`<path
          d="M${LEFT} 8V${height - BOTTOM}H${SIZE.width - 8}"
          fill="none"
          stroke="#55555c"
        />${marks}
        <text x="${LEFT}" y="${height - BOTTOM + 14}" font-size="10">0</text>
        <text x="${SIZE.width - 8}" y="${height - BOTTOM + 14}" font-size="10" text-anchor="end"
          >${(most * 100).toFixed(1)} %</text
        >
        <text x="${LEFT + plot.width / 2}" y="${height - 6}" text-anchor="middle"
          >${meanWords(weighting)} on the link</text
        >
        <text transform="translate(12 ${8 + plot.height / 2}) rotate(-90)" text-anchor="middle"
          >effect, part of the target's largest</text
        >
        <text x="${LEFT - 6}" y="16" font-size="10" text-anchor="end">1</text>
        <text x="${LEFT - 6}" y="${height - BOTTOM}" font-size="10" text-anchor="end">0</text>${legend}`,
    },
    arrays: [
      {
        name: 'attention',
        axes,
        unit: `share of ${weighting}`,
        data: Float64Array.from(points, (point) => point.attention),
      },
      {
        name: 'effect',
        axes,
        unit: 'unit of the target',
        data: Float64Array.from(points, (point) => point.effect),
      },
      { name: 'relative_effect', axes, unit: '', data: Float64Array.from(points, (point) => point.relative) },
    ],
  }
}
