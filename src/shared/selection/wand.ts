import { createMask, type Mask } from '../mask'
import type { CellPoint, PixelRect, Size } from '../space'
import type { Connectivity } from './flood'
import { NEVER, type Likeness } from './likeness'

/** A click of the magic wand; the tolerance can change afterwards without a new search. */
export interface Wand {
  /** What is selected at a tolerance of 0 to 254 steps. Steps already reached cost one pass over the pixels found so far. */
  mask(tolerance: number): Mask
}

/** Every pixel of the photo within the tolerance of the seed, connected or not. */
export function globalWand(size: Size, seed: CellPoint, likeness: Likeness): Wand {
  const levels = new Uint8Array(size.width * size.height)
  const levelOf = likeness(seed.y * size.width + seed.x)
  for (let at = 0; at < levels.length; at++) levels[at] = levelOf(at)
  return { mask: (tolerance) => upTo(levels, size, tolerance, { x: 0, y: 0, ...size }) }
}

/**
 * The pixels within the tolerance that are connected to the seed through such pixels. A pixel joins at the smallest
 * tolerance for which some path from the seed stays within it: a minimax path. They are found in order of that tolerance
 * with one bucket per step, and only as far as asked.
 */
export function contiguousWand(
  size: Size,
  seed: CellPoint,
  likeness: Likeness,
  connectivity: Connectivity = 4,
): Wand {
  const { width, height } = size
  const levels = new Uint8Array(width * height).fill(NEVER)
  const start = seed.y * width + seed.x
  const levelOf = likeness(start)
  const buckets: number[][] = Array.from({ length: NEVER }, () => [])
  let reached = -1
  let [left, right, top, bottom] = [seed.x, seed.x, seed.y, seed.y]
  levels[start] = 0
  buckets[0]!.push(start)

  const visit = (at: number, level: number): void => {
    if (levels[at] !== NEVER) return
    const joins = Math.max(level, levelOf(at))
    if (joins === NEVER) return
    levels[at] = joins
    buckets[joins]!.push(at)
  }
  const spread = (level: number): void => {
    const bucket = buckets[level]!
    for (let at = bucket.pop(); at !== undefined; at = bucket.pop()) {
      const y = Math.floor(at / width)
      const x = at - y * width
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      const [west, east, north, south] = [x > 0, x + 1 < width, y > 0, y + 1 < height]
      if (west) visit(at - 1, level)
      if (east) visit(at + 1, level)
      if (north) visit(at - width, level)
      if (south) visit(at + width, level)
      if (connectivity === 4) continue
      if (north && west) visit(at - width - 1, level)
      if (north && east) visit(at - width + 1, level)
      if (south && west) visit(at + width - 1, level)
      if (south && east) visit(at + width + 1, level)
    }
  }
  return {
    mask(tolerance) {
      const wanted = Math.min(NEVER - 1, tolerance)
      while (reached < wanted) spread(++reached)
      const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
      return upTo(levels, size, wanted, box)
    },
  }
}

function upTo(levels: Uint8Array, size: Size, tolerance: number, box: PixelRect): Mask {
  const data = new Uint8Array(levels.length)
  for (let y = box.y; y < box.y + box.height; y++)
    for (let at = y * size.width + box.x, end = at + box.width; at < end; at++)
      if (levels[at]! <= tolerance) data[at] = 1
  return createMask(size, data, box)
}
