import { html } from '../../../../shared/markup'
import type { Size } from '../../../../shared/space'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { HeatMap } from '../../../editor/lab/heat.svelte'
import type { Trace } from '../../../editor/types'
import type { Figure, FigureArray, FigureAxis } from '../figures/figure'
import { mapPicture } from '../figures/map-picture'
import { percent } from '../ramp'

/** A traced pixel of one model, and where its maps lie. */
export interface TracedPixel {
  readonly trace: Trace
  readonly target: TaskId
  readonly x: number
  readonly y: number
  readonly tasks: readonly TaskId[]
  readonly strides: readonly number[]
}

const WIDTH = 200
const GAP = 16
const LINE = 16

export const numbered = (name: string, count: number): FigureAxis => ({
  name,
  labels: Array.from({ length: count }, (_, at) => String(at + 1)),
})
export const scalesOf = (name: string, strides: readonly number[]): FigureAxis => ({
  name,
  labels: strides.map((stride) => `1/${stride}`),
})
/** Rows and columns of a model grid, counted from 0. */
export function gridAxes({ width, height }: Size): FigureAxis[] {
  const places = (name: string, count: number): FigureAxis => ({
    name,
    labels: Array.from({ length: count }, (_, at) => String(at)),
  })
  return [places('y', height), places('x', width)]
}

/** The shares of a trace: `share`, `own_feature` and what was passed on the way; the first two sum to one. */
export function traceArrays({ trace, tasks, strides }: TracedPixel): FigureArray[] {
  const unit = 'share of the pixel'
  const task = (name: string): FigureAxis => ({ name, labels: tasks })
  const scale = (name: string): FigureAxis => scalesOf(name, strides)
  const queries = numbered('query', trace.read.length / strides.length)
  const parts = trace.sources.flatMap(({ pixels, token, replaced }) => [pixels, token, replaced])
  return [
    {
      name: 'share',
      axes: [
        task('source_task'),
        scale('source_scale'),
        { name: 'part', labels: ['pixels', 'token', 'replaced'] },
      ],
      unit,
      data: Float64Array.from(parts),
    },
    { name: 'own_feature', axes: [scale('scale')], unit, data: Float64Array.from(trace.flow.own) },
    { name: 'read', axes: [scale('scale'), queries], unit, data: trace.read },
    {
      name: 'read_from_scale',
      axes: [scale('scale'), scale('source_scale')],
      unit,
      data: Float64Array.from(trace.flow.scales.flat()),
    },
    {
      name: 'read_from_task',
      axes: [scale('source_scale'), task('source_task')],
      unit,
      data: Float64Array.from(trace.flow.tasks.flat()),
    },
    { name: 'origin', axes: [task('source_task'), scale('source_scale'), queries], unit, data: trace.origin },
  ]
}

/** Where a pixel comes from: the map of every source task as it lies over the panes, and every map's numbers. */
export function traceFigure(
  traced: TracedPixel,
  sources: ReadonlyMap<TaskId, HeatMap>,
  shares: ReadonlyMap<TaskId, number>,
  photo: Size,
): Figure {
  const { trace, target, x, y, strides } = traced
  const height = Math.round((WIDTH * photo.height) / photo.width)
  const [first, second] = [LINE + 12, LINE + 20]
  const maps = [...sources].map(([task, { map, end }], at) => {
    const left = at * (WIDTH + GAP)
    const words = `brightest from ${Number((end * 100).toPrecision(2))} % a cell`
    return html`<text x="${left}" y="${first}">${TASKS[task].label} ${percent(shares.get(task) ?? 0)} %</text>
      ${mapPicture(map, { x: left, y: second, width: WIDTH, height }, end)}
      <text x="${left}" y="${second + height + LINE}" font-size="10" fill="#55555c">${words}</text>`
  })
  const title = `Where ${TASKS[target].label.toLowerCase()} at (${x}, ${y}) comes from`
  return {
    name: `sources-of-${target}`,
    title,
    picture: {
      width: Math.max(1, sources.size) * (WIDTH + GAP) - GAP,
      height: second + height + LINE + 4,
      body: html`<text y="10" font-weight="600"
          >${title}; its own feature ${percent(trace.ownFeature)} %</text
        >
        ${maps}`,
    },
    arrays: [
      ...traceArrays(traced),
      ...trace.maps.map(({ task, scale, map }) => ({
        name: `map_${task}_${strides[scale] ?? scale}`,
        axes: gridAxes(map.header),
        unit: 'share of the pixel a cell',
        data: map.data,
      })),
    ],
  }
}
