import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMap } from '../maps'
import type { CellPoint } from '../space'
import { boundaryCosts, depthCosts, photoCosts } from './edge-costs'
import { costOf, LiveWire, MOST_COST, NearbyWire, straightPath } from './live-wire'

const size = { width: 9, height: 8 }
const planes = fc
  .array(fc.integer({ min: 1, max: MOST_COST }), { minLength: 72, maxLength: 72 })
  .map((costs) => Uint8Array.from(costs))
const insides = fc
  .array(fc.constantFrom(0, 1, 1, 1), { minLength: 72, maxLength: 72 })
  .map((bits) => Uint8Array.from(bits))
const cells = fc.record({ x: fc.integer({ min: 0, max: 8 }), y: fc.integer({ min: 0, max: 7 }) })

/** Bellman-Ford: the cheapest cost to every pixel, by the definition. */
function cheapest(plane: Uint8Array, anchor: CellPoint, inside: Uint8Array | null): number[] {
  const costs = new Array<number>(plane.length).fill(Infinity)
  costs[anchor.y * size.width + anchor.x] = 0
  for (let changed = true; changed;) {
    changed = false
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++)
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) {
            const [u, v] = [x + dx, y + dy]
            const to = v * size.width + u
            if ((dx === 0 && dy === 0) || u < 0 || v < 0 || u >= size.width || v >= size.height) continue
            if (inside?.[to] === 0) continue
            const cost = costs[y * size.width + x]! + plane[to]! * (dx !== 0 && dy !== 0 ? 7 : 5)
            if (cost < costs[to]!) {
              costs[to] = cost
              changed = true
            }
          }
  }
  return costs
}

function costAlong(plane: Uint8Array, path: readonly CellPoint[]): number {
  return path.slice(1).reduce((sum, cell, index) => {
    const before = path[index]!
    expect(Math.max(Math.abs(cell.x - before.x), Math.abs(cell.y - before.y))).toBe(1)
    return sum + plane[cell.y * size.width + cell.x]! * (cell.x !== before.x && cell.y !== before.y ? 7 : 5)
  }, 0)
}

describe('LiveWire', () => {
  it('finds cheapest paths to every target, in any order, in small portions, inside a corridor', () => {
    fc.assert(
      fc.property(
        planes,
        fc.option(insides),
        cells,
        fc.array(cells, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 80 }),
        (plane, inside, anchor, targets, budget) => {
          const wire = new LiveWire(plane, size, anchor, inside)
          const costs = cheapest(plane, anchor, inside)
          for (const target of targets) {
            const wanted = costs[target.y * size.width + target.x]!
            let path = wire.path(target, budget)
            for (let again = 0; path === null && again < 100; again++) path = wire.path(target, budget)
            if (wanted === Infinity) {
              expect(path).toBeNull()
              continue
            }
            expect(path?.[0]).toEqual(anchor)
            expect(path?.at(-1)).toEqual(target)
            expect(costAlong(plane, path ?? [])).toBe(wanted)
            if (inside) for (const { x, y } of path!.slice(1)) expect(inside[y * size.width + x]).toBe(1)
          }
        },
      ),
    )
  })

  it('stays near its anchor and still finds the cheapest path of the window', () => {
    const [width, height] = [900, 40]
    // A cheap row leads along, far from the anchor a cheaper way round is out of the window.
    const plane = new Uint8Array(width * height).fill(MOST_COST)
    plane.fill(1, 20 * width, 21 * width)
    const anchor = { x: 450, y: 20 }
    const near = new NearbyWire(plane, { width, height }, anchor)
    expect(near.path({ x: 500, y: 20 })).toEqual(straightPath(anchor, { x: 500, y: 20 }))
    expect(near.path({ x: 899, y: 20 })).toEqual(straightPath(anchor, { x: 899, y: 20 }))
    expect(near.path({ x: 0, y: 20 }, 10)).toBeNull()
    fc.assert(
      fc.property(planes, cells, cells, (small, from, to) => {
        // Smaller than the window: the same as without one.
        const whole = new LiveWire(small, size, from).path(to)
        expect(new NearbyWire(small, size, from).path(to)).toEqual(whole)
      }),
    )
  })

  it('gives no path outside the photo', () => {
    const wire = new LiveWire(new Uint8Array(72).fill(1), size, { x: 0, y: 0 })
    expect(wire.path({ x: 9, y: 0 })).toBeNull()
    expect(wire.path({ x: 0, y: -1 })).toBeNull()
  })

  it('goes straight without edges', () => {
    expect(straightPath({ x: 1, y: 1 }, { x: 4, y: 2 })).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: 1 },
      { x: 3, y: 2 },
      { x: 4, y: 2 },
    ])
  })
})

describe('edge costs', () => {
  it('are low on an edge of the photo, a likely boundary and a jump in depth', () => {
    const [width, height] = [20, 6]
    const data = new Uint8Array(width * height * 3)
    for (let at = 0; at < width * height; at++) data.fill(at % width < 10 ? 30 : 200, at * 3, at * 3 + 3)
    const photo = photoCosts({ width, height, data })
    expect([...photo.slice(20, 40)].map((cost) => cost === 1)).toEqual(
      Array.from({ length: 20 }, (_, x) => x === 9 || x === 10),
    )
    expect(photo[0]).toBe(MOST_COST)

    const chance = createMap('probability', 3, 1)
    chance.data.set([0, 0.5, 1])
    expect([...boundaryCosts(chance)]).toEqual([MOST_COST, costOf(0.5), 1])

    const depth = createMap('scalar', 6, 1)
    depth.data.set([2, 2, 2.1, 3, 0, 4])
    // 2 to 2.1 is 5 %, half a full jump; beside an invalid pixel there is no edge.
    expect([...depthCosts(depth)]).toEqual([MOST_COST, costOf(0.5), 1, MOST_COST, MOST_COST, MOST_COST])
  })
})
