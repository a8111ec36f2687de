import type { Barrier } from './barrier'
import { strokeSpans, type BrushShape, type SpanVisitor } from './raster'
import { unionRect, type CellPoint, type PixelRect, type Size } from './space'

const COVERED = 1
const REACHED = 2

/**
 * The pixels of one stroke, each given out once however often the stroke passes it. With a barrier only those that can be
 * reached from where the stroke began, moving up, down, left and right inside the stroke without crossing an edge.
 */
export class Coverage {
  readonly #state: Uint8Array<ArrayBuffer>
  #began = false

  constructor(
    private readonly size: Size,
    private readonly shape: BrushShape,
    private readonly barrier: Barrier | null,
  ) {
    this.#state = new Uint8Array(size.width * size.height)
  }

  /**
   * Adds a piece of stroke between two cells; the spans to paint now and their box, null when there are none. `under` is the
   * pixel under the pointer: the first one inside the photo is where the stroke begins.
   */
  add(
    from: CellPoint,
    to: CellPoint,
    diameter: number,
    under: CellPoint,
  ): { rect: PixelRect; each: (visit: SpanVisitor) => void } | null {
    return this.barrier
      ? this.#reach(from, to, diameter, under, this.barrier)
      : this.#cover(from, to, diameter)
  }

  #cover(from: CellPoint, to: CellPoint, diameter: number): ReturnType<Coverage['add']> {
    const state = this.#state
    const { width } = this.size
    const spans: number[] = []
    let rect: PixelRect | null = null
    strokeSpans(
      from,
      to,
      diameter,
      this.size,
      (y, start, end) => {
        const row = y * width
        for (let x = start; x < end;) {
          while (x < end && state[row + x] !== 0) x++
          const first = x
          while (x < end && state[row + x] === 0) state[row + x++] = COVERED
          if (first === x) continue
          spans.push(y, first, x)
          rect = unionRect(rect, { x: first, y, width: x - first, height: 1 })
        }
      },
      this.shape,
    )
    if (!rect) return null
    return { rect, each: (visit) => eachSpan(spans, visit) }
  }

  /** Floods from where the stroke began, or from what it reached before, through what it covers. */
  #reach(
    from: CellPoint,
    to: CellPoint,
    diameter: number,
    under: CellPoint,
    barrier: Barrier,
  ): ReturnType<Coverage['add']> {
    const { width, height } = this.size
    const state = this.#state
    const stack: number[] = []
    const reached: number[] = []
    const enter = (at: number): void => {
      state[at] = COVERED | REACHED
      reached.push(at)
      if (!barrier.wall(at)) stack.push(at)
    }
    const open = (a: number, b: number): boolean =>
      state[a] === (COVERED | REACHED) && !barrier.wall(a) && !barrier.between(a, b)
    const fresh: number[] = []
    this.#cover(from, to, diameter)?.each((y, start, end) => {
      for (let x = start; x < end; x++) fresh.push(y * width + x)
    })
    const inside = under.x >= 0 && under.y >= 0 && under.x < width && under.y < height
    const start = under.y * width + under.x
    if (!this.#began && inside && state[start] === COVERED) {
      this.#began = true
      enter(start)
    }
    for (const at of fresh) {
      if (state[at] !== COVERED) continue
      const x = at % width
      if (
        (x > 0 && open(at - 1, at)) ||
        (x < width - 1 && open(at + 1, at)) ||
        (at >= width && open(at - width, at)) ||
        (at < width * (height - 1) && open(at + width, at))
      )
        enter(at)
    }
    const step = (from: number, next: number): void => {
      if (state[next] === COVERED && !barrier.between(from, next)) enter(next)
    }
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width
      if (x > 0) step(at, at - 1)
      if (x < width - 1) step(at, at + 1)
      if (at >= width) step(at, at - width)
      if (at < width * (height - 1)) step(at, at + width)
    }
    return spansOf(reached, width)
  }
}

function spansOf(pixels: number[], width: number): ReturnType<Coverage['add']> {
  if (pixels.length === 0) return null
  const order = Int32Array.from(pixels).sort()
  const spans: number[] = []
  let rect: PixelRect | null = null
  for (let at = 0; at < order.length;) {
    const first = order[at]!
    let last = first
    while (++at < order.length && order[at] === last + 1 && order[at]! % width !== 0) last++
    const y = Math.floor(first / width)
    const x = first % width
    spans.push(y, x, x + last - first + 1)
    rect = unionRect(rect, { x, y, width: last - first + 1, height: 1 })
  }
  return rect && { rect, each: (visit) => eachSpan(spans, visit) }
}

function eachSpan(spans: readonly number[], visit: SpanVisitor): void {
  for (let at = 0; at < spans.length; at += 3) visit(spans[at]!, spans[at + 1]!, spans[at + 2]!)
}
