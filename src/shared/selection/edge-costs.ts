import type { RgbImage } from '../image'
import type { ProbabilityMap, ScalarMap } from '../maps'
import type { Size } from '../space'
import { costOf, type CostPlane } from './live-wire'

/** The gradient that counts as a full edge is the one that this share of all pixels stays below. */
const STRONG_SHARE = 0.98
/** A jump of this part of the nearer depth counts as a full edge. */
const FULL_JUMP = 0.1

/** Cheap where the photo's brightness changes most: the Sobel magnitude of luma, relative to the photo's strong edges. */
export function photoCosts({ width, height, data }: RgbImage): CostPlane {
  const luma = new Uint8Array(width * height)
  // ITU-R BT.601 weights in 1/256.
  for (let at = 0; at < luma.length; at++)
    luma[at] = (77 * data[at * 3]! + 150 * data[at * 3 + 1]! + 29 * data[at * 3 + 2]!) >> 8
  const magnitudes = new Uint16Array(luma.length)
  const counts = new Uint32Array(1500)
  for (let y = 0; y < height; y++) {
    const [above, row, below] = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width]
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1)
      const right = Math.min(width - 1, x + 1)
      const [nw, n, ne] = [luma[above + left]!, luma[above + x]!, luma[above + right]!]
      const [sw, s, se] = [luma[below + left]!, luma[below + x]!, luma[below + right]!]
      const across = ne + 2 * luma[row + right]! + se - nw - 2 * luma[row + left]! - sw
      const down = sw + 2 * s + se - nw - 2 * n - ne
      const magnitude = Math.round(Math.sqrt(across * across + down * down))
      magnitudes[row + x] = magnitude
      counts[magnitude]!++
    }
  }
  return costsOf(magnitudes, Math.max(1, quantile(counts, STRONG_SHARE * luma.length)))
}

/** Cheap where a boundary is likely. */
export function boundaryCosts({ data }: ProbabilityMap): CostPlane {
  const costs = new Uint8Array(data.length)
  for (let at = 0; at < costs.length; at++) costs[at] = costOf(data[at]!)
  return costs
}

/** Cheap where depth jumps between neighbours, in relation to the nearer of the two; invalid pixels have no edge. */
export function depthCosts({ width, height, data }: ScalarMap): CostPlane {
  return planeOf({ width, height }, (x, y) => {
    const at = y * width + x
    const right = x + 1 < width ? jump(data[at]!, data[at + 1]!) : 0
    const below = y + 1 < height ? jump(data[at]!, data[at + width]!) : 0
    return Math.max(right, below) / FULL_JUMP
  })
}

/** The difference of two depths relative to the nearer one; 0 when one of them is invalid (0). */
export function jump(a: number, b: number): number {
  const nearer = Math.min(a, b)
  return nearer > 0 ? Math.abs(a - b) / nearer : 0
}

function planeOf({ width, height }: Size, strength: (x: number, y: number) => number): CostPlane {
  const costs = new Uint8Array(width * height)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) costs[at] = costOf(strength(x, y))
  return costs
}

function costsOf(magnitudes: Uint16Array, full: number): CostPlane {
  const table = Uint8Array.from({ length: full + 1 }, (_, magnitude) => costOf(magnitude / full))
  const costs = new Uint8Array(magnitudes.length)
  for (let at = 0; at < costs.length; at++) costs[at] = table[Math.min(full, magnitudes[at]!)]!
  return costs
}

/** The smallest value that at least `wanted` of the counted ones do not exceed. */
function quantile(counts: Uint32Array, wanted: number): number {
  let seen = 0
  for (let value = 0; value < counts.length; value++) {
    seen += counts[value]!
    if (seen >= wanted) return value
  }
  return counts.length - 1
}
