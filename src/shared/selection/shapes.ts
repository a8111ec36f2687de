import { maskFromSpans, type Mask } from '../mask'
import type { CellPoint, ImagePoint, Size } from '../space'

/** Vertices are rounded to this fraction of a pixel, so that every later step is exact in integers below 2^53. */
const GRID = 256
const HALF = GRID / 2
/** Vertices farther out than this (pixels) are moved to it; no photo is as large. */
const FARTHEST = 131_072

/**
 * The pixels whose centre lies inside a closed polygon by the even-odd rule; a centre exactly on an edge belongs to the
 * polygon on its left edges and not on its right ones, so two polygons that share an edge never share a pixel nor leave one
 * out. Works for the path of a lasso as for clicked corners. Empty for fewer than three points.
 * Method: scan conversion, the crossings of every row counted, bucketed and sorted.
 */
export function polygonMask(points: readonly ImagePoint[], size: Size): Mask {
  return maskFromSpans(size, (visit) => {
    const { offsets, columns } = crossings(points, size)
    for (let y = 0; y < size.height; y++) {
      const [from, to] = [offsets[y]!, offsets[y + 1]!]
      sortRange(columns, from, to)
      for (let at = from; at + 1 < to; at += 2) visit(y, columns[at]!, columns[at + 1]!)
    }
  })
}

/** The rectangle between two pixels, both included, cut at the photo. */
export function rectangleMask(a: CellPoint, b: CellPoint, size: Size): Mask {
  const left = Math.min(a.x, b.x)
  const right = Math.max(a.x, b.x) + 1
  return maskFromSpans(size, (visit) => {
    const bottom = Math.min(size.height - 1, Math.max(a.y, b.y))
    for (let y = Math.max(0, Math.min(a.y, b.y)); y <= bottom; y++) visit(y, left, right)
  })
}

/** Per row the first column whose centre is not left of each edge that crosses the row of centres. */
function crossings(points: readonly ImagePoint[], size: Size): { offsets: Int32Array; columns: Int32Array } {
  const xs = points.map(({ x }) => snapped(x))
  const ys = points.map(({ y }) => snapped(y))
  const offsets = new Int32Array(size.height + 1)
  const each = (visit: (row: number, x0: number, y0: number, x1: number, y1: number) => void): void => {
    for (let at = 0; at < xs.length; at++) {
      const next = at + 1 === xs.length ? 0 : at + 1
      const [top, bottom] = ys[at]! < ys[next]! ? [at, next] : [next, at]
      const last = Math.min(size.height, firstCentre(ys[bottom]!))
      for (let row = Math.max(0, firstCentre(ys[top]!)); row < last; row++)
        visit(row, xs[top]!, ys[top]!, xs[bottom]!, ys[bottom]!)
    }
  }
  each((row) => offsets[row + 1]!++)
  for (let row = 0; row < size.height; row++) offsets[row + 1]! += offsets[row]!
  const columns = new Int32Array(offsets[size.height]!)
  const ends = offsets.slice()
  each((row, x0, y0, x1, y1) => {
    const column = firstRightOf(x0, y0, x1, y1, row * GRID + HALF)
    columns[ends[row]!++] = Math.max(0, Math.min(size.width, column))
  })
  return { offsets, columns }
}

function snapped(value: number): number {
  return Math.round(Math.max(-FARTHEST, Math.min(FARTHEST, value)) * GRID)
}

/** The first row or column whose centre is at or behind a grid coordinate. */
function firstCentre(at: number): number {
  return Math.ceil((at - HALF) / GRID)
}

/** The first column whose centre lies on or right of the edge at height `y`; y0 < y1, all in grid units. */
function firstRightOf(x0: number, y0: number, x1: number, y1: number, y: number): number {
  // centre = column * GRID + HALF >= x0 + (y - y0) * (x1 - x0) / (y1 - y0), multiplied by y1 - y0.
  const wanted = (x0 - HALF) * (y1 - y0) + (y - y0) * (x1 - x0)
  const step = GRID * (y1 - y0)
  let column = Math.ceil(wanted / step)
  // The division may be off by one unit in the last place; the products are exact.
  while ((column - 1) * step >= wanted) column--
  while (column * step < wanted) column++
  return column
}

/** Sorts a part in place; most rows have two crossings. */
function sortRange(values: Int32Array, from: number, to: number): void {
  if (to - from > 32) {
    values.subarray(from, to).sort()
    return
  }
  for (let at = from + 1; at < to; at++) {
    const value = values[at]!
    let place = at
    for (; place > from && values[place - 1]! > value; place--) values[place] = values[place - 1]!
    values[place] = value
  }
}
