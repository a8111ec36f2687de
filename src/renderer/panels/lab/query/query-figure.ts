import { html, type Markup } from '../../../../shared/markup'
import type { Size } from '../../../../shared/space'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { QueryAddress, QueryView } from '../../../editor/types'
import type { Figure, FigureArray, FigureAxis } from '../figures/figure'
import { mapPicture } from '../figures/map-picture'
import { percent } from '../ramp'
import { SHORT_NAMES } from '../../task-names'
import { gridAxes, numbered, scalesOf } from '../trace/trace-figure'
import { strongest, type Exchanges, type Partner } from './exchange'

const WIDTH = 220
const GAP = 16
const LINE = 16
const MOST = 8

/** One query: where it reads and is read, whom it exchanges with most, and all of these as numbers. */
export function queryFigure(
  view: QueryView,
  query: QueryAddress,
  exchanges: Exchanges,
  model: { readonly tasks: readonly TaskId[]; readonly strides: readonly number[]; readonly queries: number },
  photo: Size,
): Figure {
  const { strides } = model
  const height = Math.round((WIDTH * photo.height) / photo.width)
  const stride = (scale: number): string => `1/${strides[scale] ?? '?'}`
  const title = `Query ${query.query + 1} of ${TASKS[query.task].label.toLowerCase()} at ${stride(query.scale)}`
  const top = LINE + 20 + height
  const column = (words: string, partners: readonly Partner[], x: number): Markup => {
    const lines = partners.map(
      ({ address, share }, at) =>
        html`<text x="${x}" y="${top + LINE * (at + 2) + 4}" font-size="10"
          >${SHORT_NAMES[address.task]} ${address.query + 1} at ${stride(address.scale)}: ${percent(share)}
          %</text
        >`,
    )
    return html`<text x="${x}" y="${top + LINE}">${words}</text>${lines}`
  }
  const [left, right] = [0, WIDTH + GAP]
  const reads = strongest(exchanges.reads, query, MOST)
  const readBy = strongest(exchanges.readBy, query, MOST)
  return {
    name: `query-${query.query + 1}-of-${query.task}`,
    title,
    picture: {
      width: 2 * WIDTH + GAP,
      height: top + LINE * (2 + Math.max(reads.length, readBy.length)) + 4,
      body: html`<text y="10" font-weight="600">${title}</text>
        <text x="${left}" y="${LINE + 12}">where it reads</text>
        <text x="${right}" y="${LINE + 12}">where pixels read it</text>
        ${mapPicture(view.read, { x: left, y: LINE + 18, width: WIDTH, height })}
        ${mapPicture(view.write, { x: right, y: LINE + 18, width: WIDTH, height })}
        ${column('Reads most from', reads, left)} ${column('Is read most by', readBy, right)}`,
    },
    arrays: arraysOf(view, model),
  }
}

function arraysOf(
  { read, write, taskStep, scaleStep }: QueryView,
  {
    tasks,
    strides,
    queries,
  }: { readonly tasks: readonly TaskId[]; readonly strides: readonly number[]; readonly queries: number },
): FigureArray[] {
  const step = (name: string, axis: FigureAxis, both: QueryView['taskStep']): FigureArray[] => {
    const axes = [axis, numbered('query', queries)]
    return [
      { name: `${name}_step_reads`, axes, unit: 'share of its row', data: both.reads },
      { name: `${name}_step_read_by`, axes, unit: "share of the reader's row", data: both.readBy },
    ]
  }
  return [
    { name: 'read', axes: gridAxes(read.header), unit: 'share a cell', data: read.data },
    { name: 'write', axes: gridAxes(write.header), unit: "share of a cell's row", data: write.data },
    ...step('task', { name: 'task', labels: tasks }, taskStep),
    ...(scaleStep ? step('scale', scalesOf('scale', strides), scaleStep) : []),
  ]
}
