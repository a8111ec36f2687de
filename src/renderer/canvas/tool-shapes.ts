import { assertNever } from '../../shared/errors'
import {
  screenFromImage,
  type CameraPose,
  type ImagePoint,
  type ScreenPoint,
  type Size,
} from '../../shared/space'
import type { OverlayShape } from '../editor/tools/tool'
import { sharp } from './pixel-grid'
import { drawSelection } from './selection-outline'

const SEAM = 'rgb(0 0 0 / 0.65)'
const LINE = 'rgb(255 255 255 / 0.95)'
const HANDLE = 3
const FONT = '500 11px "Inter Variable", sans-serif'
const PILL = { pad: 6, height: 20, away: 12 } as const

/** What a tool shows while it works; lines stay one pixel wide at any zoom. */
export function drawShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly OverlayShape[],
  { pose, pane }: { pose: CameraPose; pane: Size },
): void {
  const place = (point: ImagePoint): ScreenPoint => screenFromImage(pose, pane, point)
  for (const shape of shapes) {
    context.save()
    context.lineJoin = 'round'
    switch (shape.kind) {
      case 'path':
        drawPath(context, shape.points.map(place), shape.closed)
        break
      case 'box': {
        const { x, y, width, height } = shape.rect
        const from = place({ x, y })
        const to = place({ x: x + width, y: y + height })
        const box = new Path2D()
        box.rect(sharp(from.x), sharp(from.y), sharp(to.x) - sharp(from.x), sharp(to.y) - sharp(from.y))
        twice(context, box)
        break
      }
      case 'point': {
        const { x, y } = place(shape.at)
        const handle = new Path2D()
        handle.rect(sharp(x) - HANDLE, sharp(y) - HANDLE, 2 * HANDLE, 2 * HANDLE)
        twice(context, handle)
        context.fillStyle = 'white'
        context.fill(handle)
        break
      }
      case 'mask':
        drawSelection(context, shape.mask, { pose, pane, now: null })
        break
      case 'text':
        drawPill(context, place(shape.at), shape.text, pane)
        break
      default:
        assertNever(shape)
    }
    context.restore()
  }
}

function drawPath(context: CanvasRenderingContext2D, points: readonly ScreenPoint[], closed: boolean): void {
  const [first] = points
  const last = points.at(-1)
  if (!first || !last) return
  const path = new Path2D()
  for (const { x, y } of points) path.lineTo(x, y)
  twice(context, path)
  if (!closed) return
  // The way back is not drawn yet; a release or Enter closes it.
  const rest = new Path2D()
  rest.moveTo(last.x, last.y)
  rest.lineTo(first.x, first.y)
  context.setLineDash([4, 4])
  twice(context, rest)
}

/** A dark seam around a bright line is visible on any picture. */
function twice(context: CanvasRenderingContext2D, path: Path2D): void {
  context.lineWidth = 3
  context.strokeStyle = SEAM
  context.stroke(path)
  context.lineWidth = 1
  context.strokeStyle = LINE
  context.stroke(path)
}

/** A figure beside the pointer, kept inside the pane. */
function drawPill(context: CanvasRenderingContext2D, at: ScreenPoint, text: string, pane: Size): void {
  context.font = FONT
  const width = context.measureText(text).width + 2 * PILL.pad
  const x = Math.min(at.x + PILL.away, pane.width - width - 4)
  const y = Math.min(at.y + PILL.away, pane.height - PILL.height - 4)
  context.fillStyle = 'rgb(24 24 26 / 0.92)'
  context.beginPath()
  context.roundRect(x, y, width, PILL.height, 4)
  context.fill()
  context.fillStyle = 'white'
  context.textBaseline = 'middle'
  context.fillText(text, x + PILL.pad, y + PILL.height / 2 + 0.5)
}
