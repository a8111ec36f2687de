import { lineCell } from '../raster'
import { intersectRect, type CellPoint, type PixelRect, type Size } from '../space'

/** Cost of entering a pixel: 1 on the strongest edge, `MOST_COST` where there is none. Row-major, the photo's size. */
export type CostPlane = Uint8Array

export const MOST_COST = 64
/** 5 and 7 for steps to a side and to a corner: their ratio is near the square root of two. */
const SIDE = 5
const CORNER = 7
const BUCKETS = CORNER * MOST_COST + 1
/** Steps to the eight neighbours; `back` of a pixel is the index of the step that led to it. */
const STEP_X = [1, 0, -1, 0, 1, -1, -1, 1] as const
const STEP_Y = [0, 1, 0, -1, 1, 1, -1, -1] as const

/** The cost of an edge strength between 0 and 1. */
export function costOf(strength: number): number {
  return 1 + Math.round((MOST_COST - 1) * (1 - Math.max(0, Math.min(1, strength))))
}

/**
 * Intelligent scissors (E. Mortensen and W. Barrett, 1995): the cheapest 8-connected path from an anchor to any pixel.
 * A path costs, per step, the cost of the pixel it enters times 5, or 7 for a step across a corner.
 * Dijkstra with one bucket per cost (Dial), expanded only as far as the farthest pixel asked for, so a target near the
 * anchor is cheap at any size of the photo. `inside`, when given, is a plane of 0 and 1: the pixels a path may use.
 */
export class LiveWire {
  readonly #costs: Uint32Array
  readonly #back: Uint8Array
  readonly #settled: Uint8Array
  readonly #buckets: number[][] = Array.from({ length: BUCKETS }, () => [])
  readonly #anchor: number
  #cost = 0
  #waiting = 1

  /** The anchor must lie on the photo. */
  constructor(
    private readonly plane: CostPlane,
    private readonly size: Size,
    anchor: CellPoint,
    private readonly inside: Uint8Array | null = null,
  ) {
    const pixels = size.width * size.height
    this.#costs = new Uint32Array(pixels)
    this.#back = new Uint8Array(pixels)
    this.#settled = new Uint8Array(pixels)
    this.#anchor = anchor.y * size.width + anchor.x
    this.#buckets[0]!.push(this.#anchor)
    // 0 stands for unreached in a fresh array, so the costs kept are one more than they are.
    this.#costs[this.#anchor] = 1
  }

  /**
   * The path from the anchor to `target`, both included. Null when the target cannot be reached, or not within `budget`
   * more pixels of searching; asking again goes on from there.
   */
  path(target: CellPoint, budget = Infinity): CellPoint[] | null {
    const { width, height } = this.size
    if (target.x < 0 || target.y < 0 || target.x >= width || target.y >= height) return null
    if (!this.#settle(target.y * width + target.x, budget)) return null
    const cells: CellPoint[] = [target]
    let { x, y } = target
    while (y * width + x !== this.#anchor) {
      const step = this.#back[y * width + x]!
      x -= STEP_X[step]!
      y -= STEP_Y[step]!
      cells.push({ x, y })
    }
    return cells.reverse()
  }

  /** Settles pixels in the order of their cost until `goal` is, or `budget` of them were, or none waits. True when the goal is. */
  #settle(goal: number, budget: number): boolean {
    const settled = this.#settled
    for (let left = budget; settled[goal] === 0 && this.#waiting > 0;) {
      const at = this.#buckets[this.#cost % BUCKETS]!.pop()
      if (at === undefined) {
        this.#cost++
        continue
      }
      if (left <= 0) {
        this.#buckets[this.#cost % BUCKETS]!.push(at)
        return false
      }
      this.#waiting--
      // A pixel that got cheaper after it was queued waits twice.
      if (settled[at] === 1) continue
      settled[at] = 1
      left--
      this.#relax(at)
    }
    return settled[goal] === 1
  }

  #relax(at: number): void {
    const { plane, inside } = this
    const { width, height } = this.size
    const [costs, settled, back, buckets, base] = [
      this.#costs,
      this.#settled,
      this.#back,
      this.#buckets,
      this.#cost,
    ]
    const y = Math.floor(at / width)
    const x = at - y * width
    for (let step = 0; step < 8; step++) {
      const nx = x + STEP_X[step]!
      const ny = y + STEP_Y[step]!
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue
      const next = ny * width + nx
      if (settled[next] === 1 || (inside !== null && inside[next] === 0)) continue
      const cost = base + plane[next]! * (step < 4 ? SIDE : CORNER)
      const known = costs[next]!
      if (known !== 0 && known - 1 <= cost) continue
      costs[next] = cost + 1
      back[next] = step
      buckets[cost % BUCKETS]!.push(next)
      this.#waiting++
    }
  }
}

/** The smallest window around an anchor, as half its side in pixels; it doubles for targets farther away. */
const WINDOW = 192
/** A target must lie this far inside its window (as a part of it), so that a path has room to swing out. */
const ROOM = 0.75

/**
 * A live-wire whose paths stay within a square window around the anchor: the smallest of 192, 384, 768 ... pixels to each
 * side that leaves the target room. So the cost of a path depends on how far the target is, not on the size of the photo,
 * and a target always has the same path.
 */
export class NearbyWire {
  readonly #windows = new Map<number, { readonly box: PixelRect; readonly wire: LiveWire }>()

  constructor(
    private readonly plane: CostPlane,
    private readonly size: Size,
    private readonly anchor: CellPoint,
  ) {}

  /** Like `LiveWire.path`. */
  path(target: CellPoint, budget = Infinity): CellPoint[] | null {
    const { anchor } = this
    const away = Math.max(Math.abs(target.x - anchor.x), Math.abs(target.y - anchor.y))
    let half = WINDOW
    while (away > ROOM * half) half *= 2
    const { box, wire } = this.#window(half)
    const path = wire.path({ x: target.x - box.x, y: target.y - box.y }, budget)
    return path && path.map(({ x, y }) => ({ x: x + box.x, y: y + box.y }))
  }

  #window(half: number): { readonly box: PixelRect; readonly wire: LiveWire } {
    const known = this.#windows.get(half)
    if (known) return known
    const { x, y } = this.anchor
    const square = { x: x - half, y: y - half, width: 2 * half + 1, height: 2 * half + 1 }
    const box = intersectRect(square, { x: 0, y: 0, ...this.size })!
    const made = {
      box,
      wire: new LiveWire(cropPlane(this.plane, this.size, box), box, { x: x - box.x, y: y - box.y }),
    }
    this.#windows.set(half, made)
    return made
  }
}

/** The costs inside a box. */
export function cropPlane(plane: CostPlane, { width }: Size, box: PixelRect): CostPlane {
  const part = new Uint8Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = (box.y + y) * width + box.x
    part.set(plane.subarray(from, from + box.width), y * box.width)
  }
  return part
}

/** The straight way, for where no edge is wanted or the search is not done yet. */
export function straightPath(from: CellPoint, to: CellPoint): CellPoint[] {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  return Array.from({ length: steps + 1 }, (_, index) => lineCell(from, to, index))
}
