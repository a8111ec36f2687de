import { findComponents, join, rootOf, type Components } from '../components'
import type { ClassMap } from '../maps'
import type { Mask } from '../mask'
import type { Connectivity } from '../selection/flood'

export interface IslandOptions {
  /** Regions with fewer pixels than this are islands. */
  readonly minArea: number
  readonly connectivity: Connectivity
}

/**
 * Fills islands from what surrounds them. Again and again the smallest region of equal class with fewer than `minArea`
 * pixels (the first in reading order among equals) takes the class that most of the pixel sides around it have (the
 * smallest class among equals) and becomes one region with its neighbours of that class, until none is left. Only
 * regions that lie whole inside the mask are filled, never a part of one. Returns the number of islands filled.
 */
export function removeIslands(map: ClassMap, mask: Mask, { minArea, connectivity }: IslandOptions): number {
  const components = findComponents(map.data, map, connectivity)
  const regions = new Regions(map, mask, components, minArea, connectivity)
  const filled = regions.merge()
  if (filled > 0) regions.write()
  return filled
}

class Regions {
  readonly #parents: Int32Array
  readonly #areas: Int32Array
  readonly #classes: Uint8Array
  /** 1 for regions that must stay: at least one pixel is outside the mask. */
  readonly #fixed: Uint8Array
  /** Sides shared with each region it touches, for small regions that may change. */
  readonly #borders = new Map<number, Map<number, number>>()

  constructor(
    private readonly map: ClassMap,
    mask: Mask,
    private readonly components: Components,
    private readonly minArea: number,
    private readonly connectivity: Connectivity,
  ) {
    const { count, areas } = components
    this.#parents = Int32Array.from({ length: count }, (_, id) => id)
    this.#areas = areas.slice()
    this.#classes = new Uint8Array(count)
    this.#fixed = new Uint8Array(count)
    this.#eachRun((run, y, start, end) => {
      const id = components.ids[run]!
      const row = y * map.width
      this.#classes[id] = map.data[row + start]!
      for (let x = start; x < end && this.#fixed[id] === 0; x++)
        if (mask.data[row + x] === 0) this.#fixed[id] = 1
    })
    for (let id = 0; id < count; id++) if (this.#small(id)) this.#borders.set(id, new Map())
    this.#countBorders()
  }

  merge(): number {
    const byArea: number[][] = Array.from({ length: this.minArea }, () => [])
    for (const id of this.#borders.keys()) byArea[this.#areas[id]!]!.push(id)
    let filled = 0
    for (let area = 1; area < this.minArea; area++)
      // Regions only grow, so none with this area comes later.
      for (const id of byArea[area]!.sort((a, b) => a - b)) {
        if (rootOf(this.#parents, id) !== id || this.#areas[id] !== area || !this.#small(id)) continue
        const merged = this.#fill(id)
        if (merged === null) continue
        filled++
        if (this.#small(merged)) byArea[this.#areas[merged]!]!.push(merged)
      }
    return filled
  }

  write(): void {
    const { data, width } = this.map
    this.#eachRun((run, y, start, end) => {
      const value = this.#classes[rootOf(this.#parents, this.components.ids[run]!)]!
      if (data[y * width + start] !== value) data.fill(value, y * width + start, y * width + end)
    })
  }

  #small(id: number): boolean {
    return this.#areas[id]! < this.minArea && this.#fixed[id] === 0
  }

  /** Gives a region the class around it; the region that comes of it, null when there is nothing around it. */
  #fill(id: number): number | null {
    const borders = this.#bordersOf(id)
    const votes = new Map<number, number>()
    for (const [other, sides] of borders) {
      const value = this.#classes[other]!
      votes.set(value, (votes.get(value) ?? 0) + sides)
    }
    const [winner] = [...votes].sort(([a, m], [b, n]) => n - m || a - b)
    if (!winner) return null
    const [value] = winner
    let merged = id
    for (const other of borders.keys()) if (this.#classes[other] === value) merged = this.#join(merged, other)
    this.#classes[merged] = value
    return merged
  }

  #join(a: number, b: number): number {
    const area = this.#areas[a]! + this.#areas[b]!
    const fixed = this.#fixed[a]! | this.#fixed[b]!
    const [left, right] = [this.#borders.get(a), this.#borders.get(b)]
    const root = join(this.#parents, a, b)
    this.#areas[root] = area
    this.#fixed[root] = fixed
    this.#borders.delete(a)
    this.#borders.delete(b)
    if (!left || !right || !this.#small(root)) return root
    const [large, little] = left.size < right.size ? [right, left] : [left, right]
    for (const [other, sides] of little) large.set(other, (large.get(other) ?? 0) + sides)
    this.#borders.set(root, large)
    return root
  }

  /** The sides shared with the regions of now: of regions that were joined since, under their new number. */
  #bordersOf(id: number): Map<number, number> {
    const now = new Map<number, number>()
    for (const [other, sides] of this.#borders.get(id) ?? []) {
      const root = rootOf(this.#parents, other)
      if (root !== id) now.set(root, (now.get(root) ?? 0) + sides)
    }
    return now
  }

  #countBorders(): void {
    const { rows, starts, ends, ids } = this.components
    const count = (a: number, b: number, sides: number): void => {
      if (a === b) return
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const borders = this.#borders.get(from)
        borders?.set(to, (borders.get(to) ?? 0) + sides)
      }
    }
    this.#eachRun((run, y) => {
      if (run > rows[y]!) count(ids[run - 1]!, ids[run]!, 1)
    })
    for (let y = 1; y + 1 < rows.length; y++)
      for (let above = rows[y - 1]!, run = rows[y]!; above < rows[y]! && run < rows[y + 1]!;) {
        const sides = Math.min(ends[above]!, ends[run]!) - Math.max(starts[above]!, starts[run]!)
        if (sides > 0) count(ids[above]!, ids[run]!, sides)
        if (this.connectivity === 8 && ends[above] === ends[run] && ends[run]! < this.map.width) {
          // Four runs meet at a corner; across it they touch without a side.
          count(ids[above]!, ids[run + 1]!, 0)
          count(ids[above + 1]!, ids[run]!, 0)
        }
        if (ends[above]! < ends[run]!) above++
        else run++
      }
  }

  #eachRun(visit: (run: number, y: number, start: number, end: number) => void): void {
    const { rows, starts, ends } = this.components
    for (let y = 0; y + 1 < rows.length; y++)
      for (let run = rows[y]!; run < rows[y + 1]!; run++) visit(run, y, starts[run]!, ends[run]!)
  }
}
