import type { Mask } from '../mask'

/** Corners of pixels, x and y in turn; the last is joined to the first. */
export type Loop = Int32Array

/** East, south, west, north; y down. The selected pixel lies on the right of an edge walked in its direction. */
const DX = [1, 0, -1, 0] as const
const DY = [0, 1, 0, -1] as const
/** From a corner, the pixels right and left of the edge that leaves it in each direction. */
const RIGHT = [
  [0, 0],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const
const LEFT = [
  [0, -1],
  [0, 0],
  [-1, 0],
  [-1, -1],
] as const

/**
 * The outline of a mask along the edges of its pixels: closed loops, clockwise around what is selected and counter-clockwise
 * around holes; together they hold every edge between a selected and an unselected pixel once. Corners on a straight line
 * are left out. Pixels that touch by a corner only get loops of their own.
 */
export function contoursOf(mask: Mask): Loop[] {
  const { bounds, data, width } = mask
  if (!bounds) return []
  const on = (x: number, y: number): boolean =>
    x >= bounds.x &&
    y >= bounds.y &&
    x < bounds.x + bounds.width &&
    y < bounds.y + bounds.height &&
    data[y * width + x] === 1
  // Every loop has an edge that is walked eastward: the top of a selected pixel.
  const walked = new Uint8Array(bounds.width * bounds.height)
  const mark = (x: number, y: number): void => {
    walked[(y - bounds.y) * bounds.width + x - bounds.x] = 1
  }
  const loops: Loop[] = []
  for (let y = bounds.y; y < bounds.y + bounds.height; y++)
    for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
      const isTop = data[y * width + x] === 1 && !on(x, y - 1)
      if (isTop && walked[(y - bounds.y) * bounds.width + x - bounds.x] === 0)
        loops.push(walk(x, y, on, mark))
    }
  return loops
}

function walk(
  startX: number,
  startY: number,
  on: (x: number, y: number) => boolean,
  mark: (x: number, y: number) => void,
): Loop {
  const corners: number[] = []
  let [x, y, direction] = [startX, startY, 0]
  do {
    if (direction === 0) mark(x, y)
    x += DX[direction]!
    y += DY[direction]!
    const next = turn(x, y, direction, on)
    if (next !== direction) corners.push(x, y)
    direction = next
  } while (x !== startX || y !== startY || direction !== 0)
  return Int32Array.from(corners)
}

/** Right first: at a corner where two selected pixels touch diagonally the walk stays on its own pixel. */
function turn(x: number, y: number, direction: number, on: (x: number, y: number) => boolean): number {
  for (const change of [1, 0, 3]) {
    const next = (direction + change) % 4
    const [right, left] = [RIGHT[next]!, LEFT[next]!]
    if (on(x + right[0], y + right[1]) && !on(x + left[0], y + left[1])) return next
  }
  return (direction + 2) % 4
}
