import { createMap, type ScalarMap } from '../maps'
import type { Mask } from '../mask'
import { eachMasked, expectSameSize } from '../masked'
import { knownDepth } from './value'

/** The map seen from (dx, dy), whole pixels: pixel (x, y) has the depth of (x + dx, y + dy), unknown outside. A copy. */
export function shiftDepth({ width, height, data }: ScalarMap, dx: number, dy: number): ScalarMap {
  const shifted = createMap('scalar', width, height)
  const left = Math.max(0, -dx)
  const right = Math.min(width, width - dx)
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy) && left < right; y++) {
    const from = (y + dy) * width + dx
    shifted.data.set(data.subarray(from + left, from + right), y * width + left)
  }
  return shifted
}

/**
 * Every selected pixel takes the depth of the same pixel of `source` (see `shiftDepth`) plus `level` metres. Where the source
 * is unknown, or the result would not be a depth, the pixel stays as it was. Returns how many of those there are. Throws
 * `size_mismatch`.
 */
export function cloneDepth(map: ScalarMap, mask: Mask, source: ScalarMap, level: number): number {
  expectSameSize('source', source, map)
  let kept = 0
  eachMasked(map, mask, (at) => {
    const metres = Math.fround(source.data[at]! + level)
    if (knownDepth(source.data[at]!) && knownDepth(metres)) map.data[at] = metres
    else kept++
  })
  return kept
}

/**
 * The level that joins a clone to its new place: the mean, over the pixels that touch the selection from outside
 * (4 neighbours), of their depth minus the source's; null when no pixel there is known in both. Throws `size_mismatch`.
 */
export function levelAtRim(map: ScalarMap, mask: Mask, source: ScalarMap): number | null {
  expectSameSize('source', source, map)
  const { width, data } = map
  const rim = new Set<number>()
  const outside = (at: number): void => {
    if (mask.data[at] === 0) rim.add(at)
  }
  eachMasked(map, mask, (at) => {
    const x = at % width
    if (x > 0) outside(at - 1)
    if (x + 1 < width) outside(at + 1)
    outside(at - width)
    outside(at + width)
  })
  let sum = 0
  let count = 0
  for (const at of rim) {
    if (!knownDepth(data[at]!) || !knownDepth(source.data[at]!)) continue
    sum += data[at]! - source.data[at]!
    count++
  }
  return count > 0 ? sum / count : null
}
