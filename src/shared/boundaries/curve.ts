import { lineCell } from '../raster'
import type { ProbabilityMap } from '../maps'
import { createMask, maskFromSpans, type Mask } from '../mask'
import type { CellPoint, PixelRect, Size } from '../space'

/** A boundary map says boundary from here on. */
const BOUNDARY_AT = 0.5

/**
 * A curve through the cells, one pixel wide: straight integer lines between them, each cell a neighbour (by side or
 * corner) of the one before, and no cell that its neighbours on the curve could do without. Cells given twice in a row
 * count once.
 */
export function curveThrough(cells: readonly CellPoint[]): CellPoint[] {
  const curve: CellPoint[] = []
  for (const [index, to] of cells.entries()) {
    const from = cells[index - 1] ?? to
    const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
    for (let step = index === 0 ? 0 : 1; step <= steps; step++) push(curve, lineCell(from, to, step))
  }
  return curve
}

function push(curve: CellPoint[], cell: CellPoint): void {
  while (curve.length > 1 && touch(curve.at(-2)!, cell)) curve.pop()
  curve.push(cell)
}

function touch(a: CellPoint, b: CellPoint): boolean {
  return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) === 1
}

/** The cells of curves as a selection; cells outside are left out. */
export function curveMask(curves: readonly (readonly CellPoint[])[], size: Size): Mask {
  return maskFromSpans(size, (visit) => {
    for (const curve of curves) for (const { x, y } of curve) visit(y, x, x + 1)
  })
}

/** The boundary pixels of a map inside the mask. */
export function boundaryMask({ data, width, height }: ProbabilityMap, mask: Mask): Mask {
  const found = new Uint8Array(data.length)
  for (let at = 0; at < found.length; at++) found[at] = data[at]! >= BOUNDARY_AT ? mask.data[at]! : 0
  return createMask({ width, height }, found, mask.bounds)
}

/** Sides, then corners. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
] as const

/**
 * Takes a thin mask apart into curves. Ends and junctions, pixels without exactly two neighbours, end a curve and belong
 * to every curve that meets there; a ring starts and ends at the same pixel. Every pixel is on a curve.
 */
export function tracedCurves(mask: Mask): CellPoint[][] {
  const { bounds, data, width } = mask
  if (!bounds) return []
  const near = (at: number): number[] => neighbours(at, mask, bounds)
  const curves: CellPoint[][] = []
  /** Per pixel one bit for each direction that was walked. */
  const used = new Uint8Array(data.length)
  const seen = new Uint8Array(data.length)
  const walk = (start: number, second: number): void => {
    const cells = [start]
    let [from, at] = [start, second]
    for (;;) {
      used[from]! |= bitOf(from, at, width)
      used[at]! |= bitOf(at, from, width)
      seen[at] = 1
      cells.push(at)
      const next: number[] = near(at)
      if (next.length !== 2 || at === start) break
      ;[from, at] = [at, next[0] === from ? next[1]! : next[0]!]
    }
    curves.push(cells.map((cell) => ({ x: cell % width, y: Math.floor(cell / width) })))
  }
  const each = (visit: (at: number) => void): void => {
    for (let y = bounds.y; y < bounds.y + bounds.height; y++)
      for (let x = bounds.x; x < bounds.x + bounds.width; x++)
        if (data[y * width + x] === 1) visit(y * width + x)
  }
  each((at) => {
    const next = near(at)
    if (next.length === 2) return
    seen[at] = 1
    if (next.length === 0) curves.push([{ x: at % width, y: Math.floor(at / width) }])
    for (const other of next) if ((used[at]! & bitOf(at, other, width)) === 0) walk(at, other)
  })
  each((at) => {
    if (seen[at] === 0) walk(at, near(at)[0]!)
  })
  return curves
}

/** The bit of the direction from a pixel to its neighbour. */
function bitOf(from: number, to: number, width: number): number {
  const change = to - from
  const dy = change < -1 ? -1 : change > 1 ? 1 : 0
  const place = 3 * (dy + 1) + change - dy * width + 1
  return 1 << (place > 4 ? place - 1 : place)
}

function neighbours(at: number, { data, width }: Mask, bounds: PixelRect): number[] {
  const y = Math.floor(at / width)
  const x = at - y * width
  const found: number[] = []
  for (const [dx, dy] of STEPS) {
    const [u, v] = [x + dx, y + dy]
    if (u < bounds.x || v < bounds.y || u >= bounds.x + bounds.width || v >= bounds.y + bounds.height)
      continue
    if (data[v * width + u] === 1) found.push(v * width + u)
  }
  return found
}

/**
 * The piece of boundary nearest to a cell, at most `reach` pixels away: of the mask's traced `curves` one, without the
 * junctions at its ends, so that other curves stay whole. Null when none is near.
 */
export function curveNear(
  mask: Mask,
  curves: readonly (readonly CellPoint[])[],
  { x, y }: CellPoint,
  reach: number,
): Mask | null {
  let nearest: { curve: readonly CellPoint[]; distance: number } | null = null
  for (const curve of curves)
    for (const cell of curve) {
      const distance = Math.hypot(cell.x - x, cell.y - y)
      if (distance <= reach && distance < (nearest?.distance ?? Infinity)) nearest = { curve, distance }
    }
  if (!nearest || !mask.bounds) return null
  const { bounds } = mask
  const own = nearest.curve.filter(
    (cell) => neighbours(cell.y * mask.width + cell.x, mask, bounds).length <= 2,
  )
  return curveMask([own.length > 0 ? own : nearest.curve], mask)
}
