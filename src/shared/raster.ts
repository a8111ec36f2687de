import type { CellPoint, ImagePoint, PixelRect, Size } from './space'

export const MAX_DIAMETER = 500

/** Called for the pixels `start <= x < end` of row `y`. */
export type SpanVisitor = (y: number, start: number, end: number) => void

export const BRUSH_SHAPES = ['round', 'square'] as const
export type BrushShape = (typeof BRUSH_SHAPES)[number]

/** Row by row, the first and the one-past-last column of a footprint, relative to its cell. */
interface Footprint {
  readonly diameter: number
  readonly shape: BrushShape
  readonly top: number
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/**
 * The pixels whose centre lies within diameter / 2 of the disc's centre. An odd disc is centred on its cell's centre, an
 * even one on its cell's top left corner, so every diameter is symmetrical; 1 is one pixel, 2 is 2x2, 3 is 3x3.
 */
function makeDisc(diameter: number): Footprint {
  const even = diameter % 2 === 0 ? 1 : 0
  const top = -Math.floor(diameter / 2)
  const starts = new Int32Array(diameter)
  const ends = new Int32Array(diameter)
  for (let row = 0; row < diameter; row++) {
    // Twice the distance of the row's centre, so that everything stays an integer.
    const dy = 2 * (top + row) + even
    let half = Math.floor((Math.sqrt(diameter * diameter - dy * dy) - even) / 2)
    while ((2 * half + even) ** 2 + dy * dy > diameter * diameter) half--
    while ((2 * half + 2 + even) ** 2 + dy * dy <= diameter * diameter) half++
    starts[row] = -half - even
    ends[row] = half + 1
  }
  return { diameter, shape: 'round', top, starts, ends }
}

/** `diameter` x `diameter` pixels around the same centre as the disc's. */
function makeSquare(diameter: number): Footprint {
  const top = -Math.floor(diameter / 2)
  const starts = new Int32Array(diameter).fill(top)
  const ends = new Int32Array(diameter).fill(top + diameter)
  return { diameter, shape: 'square', top, starts, ends }
}

let last = makeDisc(1)
function footprintOf(diameter: number, shape: BrushShape): Footprint {
  if (last.diameter !== diameter || last.shape !== shape)
    last = shape === 'round' ? makeDisc(diameter) : makeSquare(diameter)
  return last
}

/** The cell a brush of this diameter takes when its centre is as near as possible to `point`. */
export function brushCell(point: ImagePoint, diameter: number): CellPoint {
  const shift = diameter % 2 === 0 ? 0.5 : 0
  return { x: Math.floor(point.x + shift), y: Math.floor(point.y + shift) }
}

/** The integer line: max(|dx|, |dy|) + 1 cells, each coordinate rounded half up. `index` counts from `from`. */
export function lineCell(from: CellPoint, to: CellPoint, index: number): CellPoint {
  const n = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  return n === 0
    ? from
    : {
        x: from.x + Math.floor((2 * index * (to.x - from.x) + n) / (2 * n)),
        y: from.y + Math.floor((2 * index * (to.y - from.y) + n) / (2 * n)),
      }
}

let starts = new Int32Array(1024)
let ends = new Int32Array(1024)

/**
 * The union of the brush's footprints on the integer line between two cells, as one span per row, clipped to `size`;
 * `from` = `to` is one footprint. There are no gaps: neighbours on the line overlap or touch in every row they share.
 * Cost: rows of the line x diameter for the outline, independent of the image; nothing is allocated per row.
 * Returns the bounding rectangle of what was visited, null when all of it lies outside.
 */
export function strokeSpans(
  from: CellPoint,
  to: CellPoint,
  diameter: number,
  size: Size,
  visit: SpanVisitor,
  shape: BrushShape = 'round',
): PixelRect | null {
  const foot = footprintOf(diameter, shape)
  const firstRow = Math.min(from.y, to.y) + foot.top
  const rows = Math.abs(to.y - from.y) + diameter
  if (rows > starts.length) {
    starts = new Int32Array(rows * 2)
    ends = new Int32Array(rows * 2)
  }
  starts.fill(0x7fffffff, 0, rows)
  ends.fill(-0x80000000, 0, rows)
  outline(from, to, foot, firstRow)

  let left = size.width
  let right = 0
  let top = size.height
  let bottom = 0
  const stop = Math.min(rows, size.height - firstRow)
  for (let row = Math.max(0, -firstRow); row < stop; row++) {
    const start = Math.max(0, starts[row]!)
    const end = Math.min(size.width, ends[row]!)
    if (start >= end) continue
    const y = firstRow + row
    visit(y, start, end)
    left = Math.min(left, start)
    right = Math.max(right, end)
    top = Math.min(top, y)
    bottom = y + 1
  }
  return left < right ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

/** Widens `starts` and `ends` by the footprint at both ends of every horizontal run of the line. */
function outline(from: CellPoint, to: CellPoint, foot: Footprint, firstRow: number): void {
  const n = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  for (let index = 0; index <= n;) {
    const first = lineCell(from, to, index)
    let last = first
    for (index++; index <= n; index++) {
      const next = lineCell(from, to, index)
      if (next.y !== first.y) break
      last = next
    }
    const low = Math.min(first.x, last.x)
    const high = Math.max(first.x, last.x)
    const base = first.y + foot.top - firstRow
    for (let row = 0; row < foot.diameter; row++) {
      const at = base + row
      starts[at] = Math.min(starts[at]!, low + foot.starts[row]!)
      ends[at] = Math.max(ends[at]!, high + foot.ends[row]!)
    }
  }
}
