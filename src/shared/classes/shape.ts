import type { ClassMap } from '../maps'
import { combine, growMask, invertMask, type Mask } from '../mask'
import { maskOfClasses } from '../selection/from-map'
import { closeMask, holesOf } from '../selection/morphology'
import { fillMask } from '../write'

/** Gives `value` to the pixels of the mask within `radius` pixels of that class. */
export function growClass(map: ClassMap, mask: Mask, value: number, radius: number): void {
  const grown = growMask(maskOfClasses(map, new Set([value])), radius)
  fillMask(map, combine(mask, grown, 'intersect'), [value])
}

/**
 * Takes the class away from the pixels of the mask within `radius` pixels of another class; each takes the class of a
 * nearest pixel that never had it. The rim of the photo is no edge.
 */
export function shrinkClass(map: ClassMap, mask: Mask, value: number, radius: number): void {
  const others = invertMask(maskOfClasses(map, new Set([value])))
  const lost = combine(combine(growMask(others, radius), others, 'subtract'), mask, 'intersect')
  fillFromNearest(map, lost, others, Math.floor(radius))
}

export interface GapOptions {
  readonly value: number
  /** Gaps that no disc of this radius fits into are closed; 0 closes none. */
  readonly radius: number
  /** Enclosed holes with at most this many pixels are filled; 0 fills none. */
  readonly largestHole: number
}

/** Gives the class to narrow gaps and small holes, inside the mask. A hole that reaches the rim of the photo is open. */
export function closeGaps(map: ClassMap, mask: Mask, { value, radius, largestHole }: GapOptions): void {
  let closed = closeMask(maskOfClasses(map, new Set([value])), radius)
  if (largestHole > 0) closed = combine(closed, holesOf(closed, largestHole), 'add')
  fillMask(map, combine(mask, closed, 'intersect'), [value])
}

/**
 * Copies into every pixel of `lost` the class of a nearest pixel of `sources`, at most `reach` pixels away. A column pass
 * finds the nearest source of each column, then every pixel compares the columns within reach.
 */
function fillFromNearest(map: ClassMap, lost: Mask, sources: Mask, reach: number): void {
  const { width, height, data } = map
  const box = lost.bounds
  if (!box) return
  const before = data.slice()
  const left = Math.max(0, box.x - reach)
  const columns = Math.min(width, box.x + box.width + reach) - left
  /** Row of the nearest source in the column, for the rows of the box; far away when there is none. */
  const nearest = new Int32Array(columns * box.height)
  for (let column = 0; column < columns; column++)
    nearestRows(sources, left + column, box.y, box.height, nearest.subarray(column * box.height), height)
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) {
      if (lost.data[y * width + x] === 0) continue
      let best = Infinity
      for (let u = Math.max(left, x - reach); u < Math.min(left + columns, x + reach + 1); u++) {
        const row = nearest[(u - left) * box.height + y - box.y]!
        const distance = (u - x) ** 2 + (row - y) ** 2
        if (distance >= best) continue
        best = distance
        data[y * width + x] = before[row * width + u]!
      }
    }
}

/** Fills `rows` with the row of the nearest source in one column, for `count` rows from `top`. */
function nearestRows(
  { data, width }: Mask,
  column: number,
  top: number,
  count: number,
  rows: Int32Array,
  height: number,
): void {
  const far = -4 * height
  const isSource = (y: number): boolean => data[y * width + column] === 1
  let above = top - 1
  while (above >= 0 && !isSource(above)) above--
  let last = above >= 0 ? above : far
  for (let index = 0; index < count; index++) {
    if (isSource(top + index)) last = top + index
    rows[index] = last
  }
  let below = top + count
  while (below < height && !isSource(below)) below++
  let next = below < height ? below : -far
  for (let index = count - 1; index >= 0; index--) {
    const y = top + index
    if (isSource(y)) next = y
    if (next - y < y - rows[index]!) rows[index] = next
  }
}
