import { html } from '../../../../shared/markup'
import type { Size } from '../../../../shared/space'
import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { GalleryItem } from '../../../editor/lab/gallery'
import type { Figure, FigureArray } from '../figures/figure'
import { mapPicture } from '../figures/map-picture'
import { percent } from '../ramp'
import { gridAxes } from '../trace/trace-figure'

const COLUMNS = 4
const MAP = 84
const GAP = 12
const LINE = 16

/** The queries of a task in the order of the gallery: where each reads (left) and is read (right), and its share. */
export function galleryFigure(
  items: readonly GalleryItem[],
  task: TaskId,
  strides: readonly number[],
  photo: Size,
): Figure {
  const height = Math.round((MAP * photo.height) / photo.width)
  const [across, down] = [2 * MAP + 2 + GAP, height + LINE + GAP]
  const name = ({ query, scale }: GalleryItem): string => `query ${query + 1} at 1/${strides[scale] ?? '?'}`
  const tiles = items.map((item, at) => {
    const x = (at % COLUMNS) * across
    const y = LINE + 8 + Math.floor(at / COLUMNS) * down
    const { header } = item
    return html`${mapPicture({ header, data: item.read }, { x, y, width: MAP, height })}
      ${mapPicture({ header, data: item.write }, { x: x + MAP + 2, y, width: MAP, height })}
      <text x="${x}" y="${y + height + 12}" font-size="10"
        >${name(item)}, ${percent(item.contribution)} %</text
      >`
  })
  const title = `Queries of ${TASKS[task].label.toLowerCase()}`
  const query = { name: 'query', labels: items.map(name) }
  return {
    name: `queries-of-${task}`,
    title,
    picture: {
      width: COLUMNS * across - GAP,
      height: LINE + 8 + Math.ceil(items.length / COLUMNS) * down,
      body: html`<text y="10" font-weight="600"
          >${title}: where each reads the photo, and where pixels read it</text
        >
        ${tiles}`,
    },
    arrays: [
      {
        name: 'contribution',
        axes: [query],
        unit: 'mean share of a pixel',
        data: Float64Array.from(items, ({ contribution }) => contribution),
      },
      {
        name: 'entropy',
        axes: [query],
        unit: 'bit',
        data: Float64Array.from(items, ({ entropyBits }) => entropyBits),
      },
      ...strides.flatMap((_, scale) => thumbnails(items, scale, strides, name)),
    ],
  }
}

/** The thumbnails of one scale as they came: 8 bits of each map's own largest value. */
function thumbnails(
  items: readonly GalleryItem[],
  scale: number,
  strides: readonly number[],
  name: (item: GalleryItem) => string,
): FigureArray[] {
  const own = items.filter((item) => item.scale === scale)
  const [first] = own
  if (!first) return []
  const axes = [{ name: 'query', labels: own.map(name) }, ...gridAxes(first.header)]
  const size = first.header.width * first.header.height
  return (['read', 'write'] as const).map((side) => {
    const data = new Float32Array(own.length * size)
    own.forEach((item, at) => {
      const unit = (side === 'read' ? item.readMax : item.writeMax) / 255
      for (let i = 0; i < size; i++) data[at * size + i] = item[side][i]! * unit
    })
    return { name: `${side}_${strides[scale] ?? scale}`, axes, unit: 'share a cell', data }
  })
}
