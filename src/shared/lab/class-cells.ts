import type { AttentionMapHeader } from '../contract'
import { IGNORE_CLASS, type ClassMap } from '../maps'
import type { ClassCount } from './wire'

/** How many pixels of each class every cell of a model grid covers, sparsely: entry i says `counts[i]` of `classes[i]`. */
export interface ClassCells {
  readonly cells: Uint32Array
  readonly classes: Uint8Array
  readonly counts: Uint32Array
}

/** The grid cell under each pixel along one axis; the image begins at `start` cells and is `extent` cells long. */
export function cellsAlong(pixels: number, start: number, extent: number, cells: number): Uint32Array {
  return Uint32Array.from({ length: pixels }, (_, at) =>
    Math.min(cells - 1, Math.max(0, Math.floor(start + ((at + 0.5) * extent) / pixels))),
  )
}

/** Pixels to ignore are left out. */
export function classCells(map: ClassMap, { width, height, imageRect }: AttentionMapHeader): ClassCells {
  const columns = cellsAlong(map.width, imageRect.x, imageRect.width, width)
  const rows = cellsAlong(map.height, imageRect.y, imageRect.height, height)
  const counts = new Map<number, number>()
  for (let y = 0, at = 0; y < map.height; y++)
    for (let x = 0; x < map.width; x++, at++) {
      const value = map.data[at]!
      if (value === IGNORE_CLASS) continue
      const key = (rows[y]! * width + columns[x]!) * 256 + value
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  const keys = [...counts.keys()]
  return {
    cells: Uint32Array.from(keys, (key) => Math.floor(key / 256)),
    classes: Uint8Array.from(keys, (key) => key % 256),
    counts: Uint32Array.from(counts.values()),
  }
}

/**
 * Classes under a map of non-negative weights, largest share first: the share of the weight on each class's pixels, and
 * how many of them lie where the weight is at least half of its maximum. Empty when all weights are zero.
 */
export function classesUnder({ cells, classes, counts }: ClassCells, weights: Float32Array): ClassCount[] {
  const sums = new Float64Array(256)
  const pixels = new Float64Array(256)
  let [total, largest] = [0, 0]
  for (const cell of cells) if (weights[cell]! > largest) largest = weights[cell]!
  if (largest === 0) return []
  for (let i = 0; i < cells.length; i++) {
    const weight = weights[cells[i]!]!
    const amount = weight * counts[i]!
    sums[classes[i]!]! += amount
    total += amount
    if (weight >= largest / 2) pixels[classes[i]!]! += counts[i]!
  }
  return [...sums]
    .map((sum, index) => ({ index, share: sum / total, pixels: pixels[index]! }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
}
