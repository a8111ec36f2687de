import { createMask, type Mask } from '../mask'
import type { CellPoint, Size } from '../space'

/** 4: pixels touch by a side; 8: also by a corner. */
export type Connectivity = 4 | 8

/**
 * The pixels connected to `seed` through pixels of the same value; empty when the seed is outside. A class plane can be
 * given as it is, any other condition as a plane of bytes.
 * Method: scanline fill. A run is filled whole when it is found and then looks for runs above and below it, towards the row
 * it was found from only where it reaches beyond the run that found it; so most pixels are read once.
 */
export function floodMask(
  plane: Uint8Array,
  size: Size,
  seed: CellPoint,
  connectivity: Connectivity = 4,
): Mask {
  const { width, height } = size
  if (seed.x < 0 || seed.y < 0 || seed.x >= width || seed.y >= height) return createMask(size)
  const value = plane[seed.y * width + seed.x]!
  const data = new Uint8Array(width * height)
  const corner = connectivity === 8 ? 1 : 0
  let [left, right, top, bottom] = [width, 0, height, 0]
  /** Runs to look around from: row, first column, one past the last, then the direction and the run they were found from. */
  const stack: number[] = []

  /** Fills the runs of row `y` that touch the columns `from <= x < to`; the run `start <= x < end` in row `y - direction` found them. */
  const look = (y: number, from: number, to: number, direction: number, start: number, end: number): void => {
    if (y < 0 || y >= height) return
    const row = y * width
    const rowEnd = row + width
    const last = row + Math.min(width, to)
    for (let at = row + Math.max(0, from); at < last; at++) {
      if (plane[at] !== value) continue
      let first = at
      while (first > row && plane[first - 1] === value) first--
      do at++
      while (at < rowEnd && plane[at] === value)
      // Runs are filled whole, so one pixel tells.
      if (data[first] === 1) continue
      data.fill(1, first, at)
      stack.push(y, first - row, at - row, direction, start, end)
      left = Math.min(left, first - row)
      right = Math.max(right, at - row)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  }

  look(seed.y, seed.x, seed.x + 1, 1, seed.x, seed.x)
  while (stack.length > 0) {
    const [foundEnd, foundStart, direction, end, start, y] = [
      stack.pop()!,
      stack.pop()!,
      stack.pop()!,
      stack.pop()!,
      stack.pop()!,
      stack.pop()!,
    ]
    look(y + direction, start - corner, end + corner, direction, start, end)
    // Backwards all between the ends of the run it was found from is filled already.
    look(y - direction, start - corner, Math.min(end + corner, foundStart), -direction, start, end)
    look(y - direction, Math.max(start - corner, foundEnd), end + corner, -direction, start, end)
  }
  return { width, height, data, bounds: { x: left, y: top, width: right - left, height: bottom - top } }
}
