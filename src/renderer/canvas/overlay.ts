import type { Context } from 'konva/lib/Context'
import { colourOf } from '../../shared/colour'
import { cssOf } from '../../shared/palette'
import { brushCell } from '../../shared/raster'
import { screenFromImage, type Size } from '../../shared/space'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Editor } from '../editor/editor.svelte'
import { sharp } from './pixel-grid'
import { dashesMove, drawSelection, mayMove } from './selection-outline'
import { drawShapes } from './tool-shapes'

const DARK = 'rgb(0 0 0 / 0.65)'
const LIGHT = 'rgb(255 255 255 / 0.9)'
/** A ring smaller than this cannot be seen; a small cross marks the place instead. */
const SMALLEST_RING = 5
const CROSS = 6

/** The selection, what the tool shows, and the brush where the pointer is; the other panes show `Crosshair.svelte`. Lines stay one pixel at any zoom. */
export function drawOverlay(
  context: Context,
  editor: Editor,
  { task, size: pane, hovered }: { task: TaskId; size: Size; hovered: boolean },
): void {
  const { cursor, detail, camera, painter } = editor
  if (!detail) return
  // Konva's context mirrors only a part of the platform's.
  const canvas = context._context
  const selection = editor.lab.selection.preview ?? editor.selection
  const now = selection && mayMove(selection) && dashesMove() ? performance.now() : null
  if (selection) drawSelection(canvas, selection, { pose: camera.pose, pane, now })
  drawShapes(canvas, painter.overlay, { pose: camera.pose, pane })
  if (!cursor || !hovered) return
  drawShapes(canvas, editor.mode === 'attention' ? [] : painter.hover, { pose: camera.pose, pane })
  if (!painter.activeTool.brush || editor.mode === 'attention' || editor.view.spaceHeld) return
  const centre = editor.view.pointer ?? { x: cursor.x + 0.5, y: cursor.y + 0.5 }
  const { size } = painter.brush
  const cell = brushCell(centre, size)
  const shift = size % 2 === 0 ? 0 : 0.5
  const at = screenFromImage(camera.pose, pane, { x: cell.x + shift, y: cell.y + shift })
  const square = size === 1 || painter.brush.shape === 'square'
  drawRing(context, at, (size * camera.pose.scale) / 2, square, ringColour(editor, task))
}

/** White for any background, and just inside it the colour that will be painted. */
function drawRing(
  context: Context,
  at: { x: number; y: number },
  radius: number,
  square: boolean,
  colour: string | null,
): void {
  if (radius * 2 < SMALLEST_RING) {
    const cross = (): void => {
      context.beginPath()
      line(context, at.x - CROSS, at.y, at.x + CROSS, at.y)
      line(context, at.x, at.y - CROSS, at.x, at.y + CROSS)
    }
    stroke(context, cross, colour ?? LIGHT, DARK)
    return
  }
  const path = (inset: number): void => {
    const size = Math.max(0, radius - inset)
    context.beginPath()
    if (square) context.rect(at.x - size, at.y - size, size * 2, size * 2)
    else context.arc(at.x, at.y, size, 0, 2 * Math.PI)
  }
  stroke(context, () => path(0), LIGHT, DARK)
  if (colour === null) return
  path(1.5)
  context.setAttr('lineWidth', 2)
  context.setAttr('strokeStyle', colour)
  context.stroke()
}

/** The colour of what the brush will paint in this pane; null for the eraser and for values without one. */
function ringColour({ painter, legend }: Editor, task: TaskId): string | null {
  if (painter.tool !== 'brush') return null
  return cssOf(colourOf(TASKS[task].kind, painter.paint.of(task), legend.styleOf(task)))
}

function line(context: Context, x0: number, y0: number, x1: number, y1: number): void {
  const upright = x0 === x1
  context.moveTo(upright ? sharp(x0) : x0, upright ? y0 : sharp(y0))
  context.lineTo(upright ? sharp(x1) : x1, upright ? y1 : sharp(y1))
}

/** A dark seam around a bright line of one pixel is visible on any picture. */
function stroke(context: Context, path: () => void, colour: string, seam: string): void {
  path()
  context.setAttr('lineWidth', 3)
  context.setAttr('strokeStyle', seam)
  context.stroke()
  context.setAttr('lineWidth', 1)
  context.setAttr('strokeStyle', colour)
  context.stroke()
}
