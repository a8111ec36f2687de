import type { ProbabilityMap } from '../maps'
import { combine, growMask, type Mask } from '../mask'
import { cropPlane, LiveWire, type CostPlane } from '../selection/live-wire'
import type { CellPoint, PixelRect, Size } from '../space'
import { fillMask } from '../write'
import { boundaryMask, curveMask, curveThrough, tracedCurves } from './curve'

/**
 * The curve moved onto the strongest edges within `reach` pixels of it. Its ends and a point every few `reach` move to
 * the cheapest pixel within reach (the nearest among equals); between them runs the cheapest path that stays within
 * reach of the curve. Connected, one pixel wide.
 */
export function snappedCurve(
  curve: readonly CellPoint[],
  costs: CostPlane,
  size: Size,
  reach: number,
): CellPoint[] {
  if (curve.length === 0) return []
  const pieces = Math.max(1, Math.round((curve.length - 1) / Math.max(8, 4 * reach)))
  const cells: CellPoint[] = [strongest(curve[0]!, costs, size, reach)]
  for (let piece = 0; piece < pieces; piece++) {
    const first = Math.round((piece * (curve.length - 1)) / pieces)
    const last = Math.round(((piece + 1) * (curve.length - 1)) / pieces)
    const to = strongest(curve[last]!, costs, size, reach)
    cells.push(...between(curve.slice(first, last + 1), cells.at(-1)!, to, costs, size, reach))
  }
  return curveThrough(cells)
}

/** Snaps the boundaries inside the mask, curve by curve; junctions stay joined. */
export function snapBoundaries(map: ProbabilityMap, mask: Mask, costs: CostPlane, reach: number): void {
  const found = boundaryMask(map, mask)
  const curves = tracedCurves(found).map((curve) => snappedCurve(curve, costs, map, reach))
  fillMask(map, found, [0])
  // A curve near the rim of the mask may snap across it, where nothing may be written.
  fillMask(map, combine(curveMask(curves, map), mask, 'intersect'), [1])
}

/** The cheapest pixel within reach; a pixel's own place depends on nothing else, so curves that share an end still do. */
function strongest({ x, y }: CellPoint, costs: CostPlane, { width, height }: Size, reach: number): CellPoint {
  let best = { x, y }
  let [cost, distance] = [Infinity, Infinity]
  const around = Math.floor(reach)
  for (let v = Math.max(0, y - around); v <= Math.min(height - 1, y + around); v++)
    for (let u = Math.max(0, x - around); u <= Math.min(width - 1, x + around); u++) {
      const away = (u - x) ** 2 + (v - y) ** 2
      const found = costs[v * width + u]!
      if (away > reach * reach || found > cost || (found === cost && away >= distance)) continue
      ;[best, cost, distance] = [{ x: u, y: v }, found, away]
    }
  return best
}

/** The cheapest path from one snapped end of a piece to the other, within reach of the piece. */
function between(
  piece: readonly CellPoint[],
  from: CellPoint,
  to: CellPoint,
  costs: CostPlane,
  size: Size,
  reach: number,
): CellPoint[] {
  const box = boxAround([...piece, from, to], size, Math.ceil(reach) + 1)
  const local = ({ x, y }: CellPoint): CellPoint => ({ x: x - box.x, y: y - box.y })
  const corridor = growMask(curveMask([piece.map(local)], box), reach)
  const path = new LiveWire(cropPlane(costs, size, box), box, local(from), corridor.data).path(local(to))
  return (path ?? [local(from), local(to)]).map(({ x, y }) => ({ x: x + box.x, y: y + box.y }))
}

/** The box of the cells and a margin, cut at the photo. */
function boxAround(cells: readonly CellPoint[], size: Size, margin: number): PixelRect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of cells) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  const [x, y] = [Math.max(0, left - margin), Math.max(0, top - margin)]
  return {
    x,
    y,
    width: Math.min(size.width, right + margin + 1) - x,
    height: Math.min(size.height, bottom + margin + 1) - y,
  }
}
