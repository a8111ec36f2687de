import type { Connectivity } from './selection/flood'
import type { Size } from './space'

/**
 * The connected regions of equal value of a plane, as horizontal runs. Components are numbered from 0 in the order of
 * their first pixel, row by row.
 */
export interface Components {
  readonly count: number
  /** Runs of row y: `rows[y] <= run < rows[y + 1]`; they cover the row without a gap. */
  readonly rows: Int32Array
  /** First column of every run, and one past its last. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Component of every run. */
  readonly ids: Int32Array
  /** Pixels of every component. */
  readonly areas: Int32Array
}

/** Method: runs of equal value, joined with those they touch in the row above by union-find; one pass, exact. */
export function findComponents(
  plane: Uint8Array | Int32Array,
  { width, height }: Size,
  connectivity: Connectivity = 4,
): Components {
  const rows = new Int32Array(height + 1)
  for (let y = 0, count = 0; y < height; y++, rows[y] = count)
    for (let at = y * width, end = at + width; at < end; count++) at = runEnd(plane, at, end)
  const runs = rows[height]!
  const starts = new Int32Array(runs)
  const ends = new Int32Array(runs)
  const parents = Int32Array.from({ length: runs }, (_, run) => run)
  const corner = connectivity === 8 ? 1 : 0
  for (let y = 0, run = 0; y < height; y++) {
    const row = y * width
    let above = y === 0 ? 0 : rows[y - 1]!
    for (let at = row; at < row + width; run++) {
      const end = runEnd(plane, at, row + width)
      starts[run] = at - row
      ends[run] = end - row
      while (y > 0 && above < rows[y]! && ends[above]! + corner <= starts[run]!) above++
      for (let other = above; y > 0 && other < rows[y]! && starts[other]! < ends[run]! + corner; other++)
        if (plane[row - width + starts[other]!] === plane[at]) join(parents, other, run)
      at = end
    }
  }
  return { rows, starts, ends, ...numbered(parents, starts, ends) }
}

/** The component of every pixel. */
export function componentPlane({ rows, starts, ends, ids }: Components, width: number): Int32Array {
  const height = rows.length - 1
  const plane = new Int32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let run = rows[y]!; run < rows[y + 1]!; run++)
      plane.fill(ids[run]!, y * width + starts[run]!, y * width + ends[run]!)
  return plane
}

/** The representative of a set; the path to it is halved on the way. */
export function rootOf(parents: Int32Array, item: number): number {
  let at = item
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!
    at = parents[at]!
  }
  return at
}

/** Joins two sets; the smaller number represents them. Returns it. */
export function join(parents: Int32Array, a: number, b: number): number {
  const [left, right] = [rootOf(parents, a), rootOf(parents, b)]
  const root = Math.min(left, right)
  parents[left] = root
  parents[right] = root
  return root
}

function runEnd(plane: Uint8Array | Int32Array, start: number, end: number): number {
  const value = plane[start]
  let at = start + 1
  while (at < end && plane[at] === value) at++
  return at
}

function numbered(
  parents: Int32Array,
  starts: Int32Array,
  ends: Int32Array,
): { count: number; ids: Int32Array; areas: Int32Array } {
  const ids = new Int32Array(parents.length)
  let count = 0
  // A set's representative is its first run, so it has its number before the others need it.
  for (let run = 0; run < parents.length; run++) {
    const root = rootOf(parents, run)
    ids[run] = root === run ? count++ : ids[root]!
  }
  const areas = new Int32Array(count)
  for (let run = 0; run < parents.length; run++) areas[ids[run]!]! += ends[run]! - starts[run]!
  return { count, ids, areas }
}
