import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barrierOf, type Barrier } from './barrier'
import { Coverage } from './coverage'
import { createMap, type DenseMap } from './maps'
import { BRUSH_SHAPES, brushCell, strokeSpans, type BrushShape } from './raster'
import { cellFromImage, type ImagePoint } from './space'

const size = { width: 40, height: 30 }
const PIXELS = size.width * size.height
const point = fc.record({ x: fc.integer({ min: -5, max: 45 }), y: fc.integer({ min: -5, max: 35 }) })
const stroke = fc.record({
  points: fc.array(point, { minLength: 1, maxLength: 5 }),
  diameters: fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 5, maxLength: 5 }),
  shape: fc.constantFrom(...BRUSH_SHAPES),
})

/** Every pixel of the stroke, in the order of its pieces; throws when one is given out twice or outside its piece's box. */
function given(
  { points, diameters, shape }: { points: ImagePoint[]; diameters: number[]; shape: BrushShape },
  barrier: Barrier | null,
): Set<number> {
  const coverage = new Coverage(size, shape, barrier)
  const pixels = new Set<number>()
  points.forEach((to, index) => {
    const diameter = diameters[index]!
    const from = brushCell(points[Math.max(0, index - 1)]!, diameter)
    const piece = coverage.add(from, brushCell(to, diameter), diameter, cellFromImage(to))
    piece?.each((y, start, end) => {
      const { rect } = piece
      expect(y >= rect.y && y < rect.y + rect.height && start >= rect.x && end <= rect.x + rect.width).toBe(
        true,
      )
      for (let x = start; x < end; x++) {
        expect(pixels.has(y * size.width + x)).toBe(false)
        pixels.add(y * size.width + x)
      }
    })
  })
  return pixels
}

/** The union of the pieces, and the pixel where the stroke began. */
function covered({ points, diameters, shape }: Parameters<typeof given>[0]): {
  pixels: Set<number>
  start: number | null
} {
  const pixels = new Set<number>()
  let start: number | null = null
  points.forEach((to, index) => {
    const diameter = diameters[index]!
    const from = brushCell(points[Math.max(0, index - 1)]!, diameter)
    strokeSpans(
      from,
      brushCell(to, diameter),
      diameter,
      size,
      (y, x0, x1) => {
        for (let x = x0; x < x1; x++) pixels.add(y * size.width + x)
      },
      shape,
    )
    const { x, y } = cellFromImage(to)
    if (x >= 0 && y >= 0 && x < size.width && y < size.height) start ??= y * size.width + x
  })
  return { pixels, start }
}

/** The definition: what can be reached from the start inside the stroke, stepping sideways, never out of a wall or over an edge. */
function reachable(pixels: Set<number>, start: number | null, barrier: Barrier): Set<number> {
  const reached = new Set<number>()
  const queue = start === null ? [] : [start]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (reached.has(at) || !pixels.has(at)) continue
    reached.add(at)
    if (barrier.wall(at)) continue
    const x = at % size.width
    for (const next of [
      x > 0 ? at - 1 : -1,
      x < size.width - 1 ? at + 1 : -1,
      at - size.width,
      at + size.width,
    ])
      if (next >= 0 && next < PIXELS && !barrier.between(at, next)) queue.push(next)
  }
  return reached
}

const map = (kind: DenseMap['kind'], seed: readonly number[]): DenseMap => {
  const made = createMap(kind, size.width, size.height)
  for (let at = 0; at < PIXELS; at++) {
    const block =
      seed[(Math.floor((at % size.width) / 7) + 3 * Math.floor(at / size.width / 6)) % seed.length]!
    if (made.kind === 'vector') made.data[at * 3 + (block % 3)] = 1
    else if (made.kind === 'probability') made.data[at] = (at * 7 + block) % 5 === 0 ? 1 : 0
    else made.data[at] = block
  }
  return made
}

describe('the coverage of a stroke', () => {
  it('is every pixel of its pieces, each once', () => {
    fc.assert(
      fc.property(stroke, (one) => {
        expect(given(one, null)).toEqual(covered(one).pixels)
      }),
    )
  })

  it('with a barrier is what can be reached from where the stroke began', () => {
    fc.assert(
      fc.property(
        stroke,
        fc.constantFrom('class', 'scalar', 'vector', 'probability'),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }),
        (one, kind, seed) => {
          const barrier = barrierOf(map(kind, seed))
          const { pixels, start } = covered(one)
          expect(given(one, barrier)).toEqual(reachable(pixels, start, barrier))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('paints a one-pixel boundary but does not cross it, not even diagonally', () => {
    const edge = createMap('probability', size.width, size.height)
    for (let i = 0; i < size.height; i++) edge.data[i * size.width + i + 5] = 1
    const pixels = given(
      {
        points: [
          { x: 2, y: 15 },
          { x: 30, y: 15 },
        ],
        diameters: [9, 9, 9, 9, 9],
        shape: 'round',
      },
      barrierOf(edge),
    )
    expect(pixels.has(15 * size.width + 20)).toBe(true)
    expect([...pixels].every((at) => (at % size.width) - Math.floor(at / size.width) <= 5)).toBe(true)
  })

  it('a barrier of depth tells surfaces apart by their jump, not by their slope', () => {
    const depth = createMap('scalar', size.width, size.height)
    for (let at = 0; at < PIXELS; at++)
      depth.data[at] = 2 + (at % size.width) * 0.05 + (at % size.width > 20 ? 1 : 0)
    const pixels = given(
      {
        points: [
          { x: 5, y: 10 },
          { x: 35, y: 10 },
        ],
        diameters: [3, 3, 3, 3, 3],
        shape: 'square',
      },
      barrierOf(depth),
    )
    expect(Math.max(...[...pixels].map((at) => at % size.width))).toBe(20)
  })
})
