import type { Mask } from '../../shared/mask'
import { contoursOf, type Loop } from '../../shared/selection/contour'
import { screenFromImage, type CameraPose, type Size } from '../../shared/space'
import { sharp } from './pixel-grid'

/** CSS pixels of a dash and of the gap after it. */
const DASH = 4
/** A step of the dashes along the line, in CSS pixels and milliseconds. */
const STEP = 1
const STEP_MS = 80
/** Outlines with more corners than this stand still: drawing them again and again would cost more than it tells. */
const MOVING_CORNERS = 20_000

const LOOPS = new WeakMap<Mask, { readonly loops: readonly Loop[]; readonly corners: number }>()
const PATHS = new WeakMap<Mask, { pose: CameraPose; pane: Size; path: Path2D }>()

/**
 * Draws the outline of a selection along the edges of its pixels, one screen pixel wide at any zoom: white dashes on a dark
 * line, visible on any picture. `now` (milliseconds) moves the dashes; null lets them stand.
 */
export function drawSelection(
  context: CanvasRenderingContext2D,
  mask: Mask,
  { pose, pane, now }: { pose: CameraPose; pane: Size; now: number | null },
): void {
  const path = pathOf(mask, pose, pane)
  context.save()
  context.lineWidth = 1
  context.strokeStyle = 'rgb(0 0 0 / 0.85)'
  context.stroke(path)
  context.setLineDash([DASH, DASH])
  context.lineDashOffset = now === null ? 0 : -(Math.floor(now / STEP_MS) * STEP) % (2 * DASH)
  context.strokeStyle = 'white'
  context.stroke(path)
  context.restore()
}

/** Whether the outline is simple enough to be drawn again for every step of its dashes. */
export function mayMove(mask: Mask): boolean {
  return loopsOf(mask).corners <= MOVING_CORNERS
}

/** False where the system asks for less motion. */
export function dashesMove(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** Calls `redraw` for every step of the dashes, while they may be seen to move, until the returned function is called. */
export function moveDashes(redraw: () => void): () => void {
  const timer = setInterval(() => {
    if (!document.hidden && dashesMove()) redraw()
  }, STEP_MS)
  return () => clearInterval(timer)
}

function loopsOf(mask: Mask): { readonly loops: readonly Loop[]; readonly corners: number } {
  let known = LOOPS.get(mask)
  if (!known) {
    const loops = contoursOf(mask)
    known = { loops, corners: loops.reduce((sum, loop) => sum + loop.length / 2, 0) }
    LOOPS.set(mask, known)
  }
  return known
}

function pathOf(mask: Mask, pose: CameraPose, pane: Size): Path2D {
  const known = PATHS.get(mask)
  if (known?.pose === pose && known.pane.width === pane.width && known.pane.height === pane.height)
    return known.path
  const path = new Path2D()
  const origin = screenFromImage(pose, pane, { x: 0, y: 0 })
  for (const loop of loopsOf(mask).loops) {
    for (let at = 0; at < loop.length; at += 2) {
      const x = sharp(origin.x + loop[at]! * pose.scale)
      const y = sharp(origin.y + loop[at + 1]! * pose.scale)
      if (at === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
    }
    path.closePath()
  }
  PATHS.set(mask, { pose, pane, path })
  return path
}
