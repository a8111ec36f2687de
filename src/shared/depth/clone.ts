import type { ScalarMap } from '../maps'
import type { Mask } from '../mask'
import { expectSameSize, maskedIndices } from '../masked'
import { knownDepth } from './value'

/** Where a patch comes from: the pixel at (x + dx, y + dy), whole pixels; `level` metres are added to it. */
export interface CloneSource {
  readonly dx: number
  readonly dy: number
  readonly level: number
}

/**
 * Every selected pixel takes the depth of its source pixel plus the level. Where the source is unknown or outside the
 * photo, or the result would not be a depth, the pixel stays as it was. Returns how many of those there are. `before` is the
 * map to copy from, as it is before the first write. Throws `size_mismatch`.
 */
export function cloneDepth(map: ScalarMap, mask: Mask, source: CloneSource, before: ScalarMap = map): number {
  expectSameSize('map before', before, map)
  let kept = 0
  const indices = maskedIndices(map, mask, (at) => {
    const known = Number.isFinite(sourceDepth(before, at, source))
    if (!known) kept++
    return known
  })
  const values = Float32Array.from(indices, (at) => sourceDepth(before, at, source) + source.level)
  indices.forEach((at, i) => {
    if (knownDepth(values[i]!)) map.data[at] = values[i]!
    else kept++
  })
  return kept
}

/**
 * The level that joins a patch to its new place: the mean, over the pixels that touch the selection from outside
 * (4 neighbours), of their depth minus that of their source; null when no such pair is known. Throws `size_mismatch`.
 */
export function levelAtRim(map: ScalarMap, mask: Mask, offset: Omit<CloneSource, 'level'>): number | null {
  const { width, height, data } = map
  const rim = new Set<number>()
  maskedIndices(map, mask, (at) => {
    const x = at % width
    if (x > 0 && mask.data[at - 1] === 0) rim.add(at - 1)
    if (x + 1 < width && mask.data[at + 1] === 0) rim.add(at + 1)
    if (at >= width && mask.data[at - width] === 0) rim.add(at - width)
    if (at + width < width * height && mask.data[at + width] === 0) rim.add(at + width)
    return false
  })
  let sum = 0
  let count = 0
  for (const at of rim) {
    const difference = data[at]! - sourceDepth(map, at, offset)
    if (!knownDepth(data[at]!) || Number.isNaN(difference)) continue
    sum += difference
    count++
  }
  return count > 0 ? sum / count : null
}

/** NaN where the source pixel lies outside or is unknown. */
function sourceDepth(
  { width, height, data }: ScalarMap,
  at: number,
  offset: Omit<CloneSource, 'level'>,
): number {
  const x = (at % width) + offset.dx
  const y = Math.floor(at / width) + offset.dy
  if (x < 0 || y < 0 || x >= width || y >= height) return NaN
  const value = data[y * width + x]!
  return knownDepth(value) ? value : NaN
}
