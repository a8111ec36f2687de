import { findComponents } from '../components'
import { solveLaplace, type Region } from '../laplace'
import type { ScalarMap } from '../maps'
import { maskSpans, type Mask } from '../mask'
import { expectSameSize } from '../masked'
import { knownDepth } from './value'

/** Which selected pixels are filled: those without a depth, or all of them. */
export type FillWhat = 'holes' | 'everything'
export interface FillResult {
  readonly filled: number
  /** Pixels in regions that touch no known depth; they stay as they were. */
  readonly kept: number
}

/**
 * Fills from the rim: in every connected region (4 neighbours) of the pixels to fill, the depth that solves Laplace's
 * equation with the known pixels around it held fixed, i.e. every filled pixel is the mean of its 4 neighbours; unknown
 * neighbours and the photo's edge are left out of that mean. The rim is not changed, and no filled depth leaves the range
 * of its rim. See `solveLaplace`. Throws `size_mismatch`.
 */
export function fillDepth(map: ScalarMap, mask: Mask, what: FillWhat): FillResult {
  expectSameSize('selection', mask, map)
  const { data } = map
  let filled = 0
  let kept = 0
  for (const region of regionsOf(map, mask, what)) {
    const values = solveLaplace(map, region, (at) => (knownDepth(data[at]!) ? data[at]! : null))
    if (!values) kept += region.indices.length
    else {
      region.indices.forEach((at, i) => {
        data[at] = values[i]!
      })
      filled += region.indices.length
    }
  }
  return { filled, kept }
}

/** The 4-connected regions of the pixels to fill. */
function regionsOf({ width, data }: ScalarMap, mask: Mask, what: FillWhat): Region[] {
  const box = mask.bounds
  if (!box) return []
  const plane = new Uint8Array(box.width * box.height)
  maskSpans(mask, (y, start, end) => {
    for (let x = start; x < end; x++)
      if (what === 'everything' || !knownDepth(data[y * width + x]!))
        plane[(y - box.y) * box.width + x - box.x] = 1
  })
  const { count, rows, starts, ends, ids } = findComponents(plane, box)
  const pixels: number[][] = Array.from({ length: count }, () => [])
  for (let y = 0; y < box.height; y++)
    for (let run = rows[y]!; run < rows[y + 1]!; run++) {
      if (plane[y * box.width + starts[run]!] === 0) continue
      const row = (box.y + y) * width + box.x
      const own = pixels[ids[run]!]!
      for (let x = starts[run]!; x < ends[run]!; x++) own.push(row + x)
    }
  return pixels.filter((own) => own.length > 0).map((own) => regionAround(own, width))
}

function regionAround(pixels: readonly number[], width: number): Region {
  let [left, right] = [width, 0]
  for (const at of pixels) {
    left = Math.min(left, at % width)
    right = Math.max(right, at % width)
  }
  const top = Math.floor(pixels[0]! / width)
  const bottom = Math.floor(pixels.at(-1)! / width)
  const bounds = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
  return { indices: Uint32Array.from(pixels), bounds }
}
