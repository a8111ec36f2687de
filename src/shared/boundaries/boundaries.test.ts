import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMap, type ProbabilityMap } from '../maps'
import { createMask, fullMask, type Mask } from '../mask'
import { boundaryCosts } from '../selection/edge-costs'
import { straightPath } from '../selection/live-wire'
import type { CellPoint } from '../space'
import { thin } from '../thin'
import { boundaryMask, curveMask, curveNear, curveThrough, tracedCurves } from './curve'
import { edgesFromClasses, edgesFromDepth, thinBoundaries } from './edges'
import { snapBoundaries, snappedCurve } from './snap'

const size = { width: 16, height: 12 }
const cells = fc.record({ x: fc.integer({ min: 0, max: 15 }), y: fc.integer({ min: 0, max: 11 }) })
const bits = fc
  .array(fc.constantFrom(0, 0, 1), { minLength: 192, maxLength: 192 })
  .map((values) => createMask(size, Uint8Array.from(values)))
const apart = (a: CellPoint, b: CellPoint): number => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y))

function boundaries(mask: Mask): ProbabilityMap {
  const map = createMap('probability', mask.width, mask.height)
  map.data.set(mask.data)
  return map
}
function drawn(...rows: string[]): Mask {
  const text = rows.join('')
  return createMask(
    { width: rows[0]!.length, height: rows.length },
    Uint8Array.from(text, (c) => (c === '#' ? 1 : 0)),
  )
}
function picture({
  data,
  width,
  height,
}: {
  data: ArrayLike<number>
  width: number
  height: number
}): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[y * width + x]! >= 0.5 ? '#' : '.')).join(''),
  )
}

describe('curveThrough', () => {
  it('is connected and has no cell its neighbours could do without', () => {
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 8 }), (points) => {
        const curve = curveThrough(points)
        expect(curve[0]).toEqual(points[0])
        expect(curve.at(-1)).toEqual(points.at(-1))
        for (const [index, cell] of curve.entries()) {
          if (index > 0) expect(apart(curve[index - 1]!, cell)).toBe(1)
          if (index > 1) expect(apart(curve[index - 2]!, cell)).not.toBe(1)
        }
        // Stays within a pixel of the straight lines.
        for (const cell of curve)
          expect(
            points.some((to, index) =>
              straightPath(points[Math.max(0, index - 1)]!, to).some((other) => apart(other, cell) <= 1),
            ),
          ).toBe(true)
      }),
    )
  })

  it('cuts the corner of an L', () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 2, y: 0 },
      { x: 2, y: 2 },
    ]
    expect(picture(curveMask([curveThrough(corner)], { width: 3, height: 3 }))).toEqual(['##.', '..#', '..#'])
  })
})

describe('tracedCurves', () => {
  it('puts every pixel on a connected curve that only ends where it must', () => {
    fc.assert(
      fc.property(bits, (mask) => {
        const thinned = createMask(size, thin(mask.data, size.width, size.height))
        const curves = tracedCurves(thinned)
        expect(curveMask(curves, size)).toEqual(thinned)
        const degree = ({ x, y }: CellPoint): number =>
          [...thinned.data.keys()].filter(
            (at) => thinned.data[at] === 1 && apart({ x, y }, { x: at % 16, y: Math.floor(at / 16) }) === 1,
          ).length
        for (const curve of curves) {
          curve.slice(1).forEach((cell, index) => expect(apart(curve[index]!, cell)).toBe(1))
          for (const cell of curve.slice(1, -1)) expect(degree(cell)).toBe(2)
          const ring = curve.length > 1 && apart(curve[0]!, curve.at(-1)!) === 0
          if (!ring) expect(degree(curve[0]!)).not.toBe(2)
        }
      }),
    )
  })

  it('finds the piece under a click and leaves the junction', () => {
    const mask = drawn('#...#', '.#.#.', '..#..', '..#..', '..#..')
    const piece = curveNear(mask, tracedCurves(mask), { x: 0, y: 1 }, 2)
    expect(picture(piece!)).toEqual(['#....', '.#...', '.....', '.....', '.....'])
    expect(curveNear(mask, tracedCurves(mask), { x: 0, y: 4 }, 1)).toBeNull()
  })
})

describe('boundaries out of other maps', () => {
  const masks = fc.oneof(fc.constant(fullMask(size)), bits)
  it('mark the pixel whose right or lower neighbour differs', () => {
    const values = fc.array(fc.constantFrom(0, 0, 1, 255), { minLength: 192, maxLength: 192 })
    fc.assert(
      fc.property(values, masks, bits, fc.boolean(), (classes, mask, old, replace) => {
        const map = boundaries(old)
        const semseg = createMap('class', 16, 12)
        semseg.data.set(classes)
        edgesFromClasses(map, mask, semseg, { replace })
        for (let at = 0; at < 192; at++) {
          const right = at % 16 < 15 && classes[at] !== classes[at + 1]
          const below = at + 16 < 192 && classes[at] !== classes[at + 16]
          const kept = mask.data[at] === 1 && replace ? 0 : old.data[at]
          expect(map.data[at]).toBe(mask.data[at] === 1 && (right || below) ? 1 : kept)
        }
      }),
    )
  })

  it('mark jumps in depth relative to the nearer side, and none beside invalid pixels', () => {
    const depth = createMap('scalar', 6, 2)
    depth.data.set([2, 2.1, 2.4, 0, 4, 4, 2, 2, 2.4, 4, 4, 4.5])
    const map = createMap('probability', 6, 2)
    edgesFromDepth(map, fullMask(map), depth, { replace: true, relative: 0.1 })
    expect(picture(map)).toEqual(['.#...#', '.##.#.'])
  })

  it('thin as scikit-image does, inside the mask only', () => {
    fc.assert(
      fc.property(bits, masks, (old, mask) => {
        const map = boundaries(old)
        const inside = boundaryMask(map, mask)
        thinBoundaries(map, mask)
        const wanted = thin(inside.data, size.width, size.height)
        map.data.forEach((value, at) => expect(value).toBe(mask.data[at] === 1 ? wanted[at] : old.data[at]))
      }),
    )
  })
})

describe('snapping', () => {
  it('moves a rough line onto the response beside it', () => {
    const response = createMap('probability', 40, 20)
    const truth = curveThrough(
      Array.from({ length: 40 }, (_, x) => ({ x, y: Math.round(10 + 3 * Math.sin(x / 6)) })),
    )
    for (const { x, y } of truth) response.data[y * 40 + x] = 0.9
    const rough = curveThrough([
      { x: 0, y: 12 },
      { x: 15, y: 11 },
      { x: 28, y: 8 },
      { x: 39, y: 11 },
    ])
    const snapped = snappedCurve(rough, boundaryCosts(response), response, 4)
    const onTruth = snapped.filter(({ x, y }) => response.data[y * 40 + x]! > 0.5).length
    expect(onTruth / snapped.length).toBeGreaterThan(0.95)
    expect(snapped.length).toBeGreaterThan(36)
  })

  it('stays within reach, connected, whatever the response', () => {
    fc.assert(
      fc.property(
        fc.array(cells, { minLength: 1, maxLength: 5 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 192, maxLength: 192 }),
        fc.constantFrom(0, 1, 2.5, 4),
        (points, response, reach) => {
          const map = createMap('probability', 16, 12)
          map.data.set(response)
          const curve = curveThrough(points)
          const snapped = snappedCurve(curve, boundaryCosts(map), size, reach)
          snapped.slice(1).forEach((cell, index) => expect(apart(snapped[index]!, cell)).toBe(1))
          for (const { x, y } of snapped)
            expect(Math.min(...curve.map((cell) => Math.hypot(cell.x - x, cell.y - y)))).toBeLessThanOrEqual(
              reach,
            )
        },
      ),
    )
  })

  it('keeps junctions joined and writes inside the mask only', () => {
    const mask = drawn('.#......', '.#......', '.######.', '.#......', '.#......')
    const response = createMap('probability', 8, 5)
    drawn('..#.....', '..#.....', '..#.....', '..######', '..#.....').data.forEach(
      (bit, at) => (response.data[at] = bit),
    )
    const map = boundaries(mask)
    snapBoundaries(map, fullMask(map), boundaryCosts(response), 1)
    expect(picture(map)).toEqual(['..#.....', '..#.....', '..#.....', '..#####.', '..#.....'])
    const half = createMask(
      map,
      Uint8Array.from(map.data, (_, at) => (at % 8 < 4 ? 1 : 0)),
    )
    const other = boundaries(mask)
    snapBoundaries(other, half, boundaryCosts(response), 1)
    other.data.forEach((value, at) => {
      if (half.data[at] === 0) expect(value).toBe(mask.data[at])
    })
  })
})
