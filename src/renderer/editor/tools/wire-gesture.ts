import { NearbyWire, straightPath, type CostPlane } from '../../../shared/selection/live-wire'
import { cellFromImage, type CellPoint, type ImagePoint, type Size } from '../../../shared/space'
import type { GestureContext } from '../gesture-context'
import { SNAP } from './select/polygon'
import type { PointerSample, ToolGesture } from './tool'

/** Pixels searched per move of the pointer; a way not found yet is shown straight and found by the next moves. */
const BUDGET = 60_000

/**
 * Clicks set anchors; between them the path follows the edges. Enter or a double click ends it, a click on the first
 * anchor too, which then closes it; Backspace takes an anchor back. `finish` gets the anchored path.
 */
export function wireGesture(
  context: GestureContext<unknown>,
  costs: CostPlane,
  first: PointerSample,
  { close, finish }: { close: boolean; finish: (path: readonly CellPoint[]) => void },
): ToolGesture {
  const { size, host } = context
  const start = cellInside(first, size)
  const anchors: CellPoint[] = [start]
  const pieces: CellPoint[][] = []
  let wire = new NearbyWire(costs, size, start)
  let tail: CellPoint[] = [start]
  const near = (a: CellPoint, b: CellPoint | undefined): boolean =>
    b !== undefined && Math.hypot(a.x - b.x, a.y - b.y) * host.scale <= SNAP
  const whole = (): CellPoint[] => [start, ...pieces.flatMap((piece) => piece.slice(1))]
  const anchor = (cell: CellPoint): void => {
    pieces.push(wire.path(cell) ?? straightPath(anchors.at(-1)!, cell))
    anchors.push(cell)
    wire = new NearbyWire(costs, size, cell)
    tail = [cell]
  }
  return {
    move: (samples) => {
      const to = samples.at(-1)
      if (!to) return
      const cell = cellInside(to, size)
      tail = wire.path(cell, BUDGET) ?? straightPath(anchors.at(-1)!, cell)
    },
    press: (sample) => {
      const cell = cellInside(sample, size)
      if (near(cell, anchors.at(-1))) return true
      const closes = anchors.length > 2 && near(cell, start)
      anchor(closes ? start : cell)
      return closes
    },
    back: () => {
      anchors.pop()
      pieces.pop()
      const last = anchors.at(-1)
      if (!last) return false
      wire = new NearbyWire(costs, size, last)
      tail = [last]
      return true
    },
    finish: () => {
      const last = anchors.at(-1)!
      if (close && anchors.length > 1 && (last.x !== start.x || last.y !== start.y)) anchor(start)
      finish(whole())
    },
    overlay: () => [
      { kind: 'path', points: [...whole(), ...tail.slice(1)].map(centre), closed: false },
      ...anchors.map((cell) => ({ kind: 'point' as const, at: centre(cell) })),
    ],
  }
}

/** The pixel of the photo nearest to a point. */
export function cellInside(point: ImagePoint, { width, height }: Size): CellPoint {
  const { x, y } = cellFromImage(point)
  return { x: Math.min(width - 1, Math.max(0, x)), y: Math.min(height - 1, Math.max(0, y)) }
}

export function centre({ x, y }: CellPoint): ImagePoint {
  return { x: x + 0.5, y: y + 0.5 }
}
