import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Guard, putBack, tilesOf, type Constraint } from './constraint'
import { readTile, TILE } from './edit'
import { cloneMap, createMap, type ClassMap, type DenseMap, type ScalarMap } from './maps'
import { createMask } from './mask'

const WIDTH = TILE + 9
const HEIGHT = 21
const PIXELS = WIDTH * HEIGHT
const size = { width: WIDTH, height: HEIGHT }
const whole = { x: 0, y: 0, ...size }

const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: PIXELS, maxLength: PIXELS })
const values = (max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max }), { minLength: PIXELS, maxLength: PIXELS })

function classMap(data: readonly number[]): ClassMap {
  const map = createMap('class', WIDTH, HEIGHT)
  map.data.set(data)
  return map
}
function depthMap(data: readonly number[]): ScalarMap {
  const map = createMap('scalar', WIDTH, HEIGHT)
  map.data.set(data)
  return map
}

/** Writes `after` over `map` as a gesture does: every tile is looked at before anything changes, then put back where forbidden. */
function paint(map: DenseMap, after: DenseMap, constraint: Constraint, locked: ReadonlySet<number>): void {
  const guard = new Guard(size, constraint)
  const tiles = tilesOf(whole).map((tile) => ({
    tile,
    allowed: guard.tile(tile),
    before: readTile(map, tile),
  }))
  map.data.set(after.data)
  for (const { tile, allowed, before } of tiles) putBack(map, whole, { ...tile, before }, allowed, locked)
}

describe('a constraint', () => {
  it('lets exactly the pixels change that every part allows', () => {
    fc.assert(
      fc.property(
        fc.record({
          before: values(3),
          after: values(3),
          selection: bits,
          inside: values(3),
          depth: values(5),
        }),
        fc.record({ selected: fc.boolean(), inside: fc.boolean(), depth: fc.boolean(), lock: fc.boolean() }),
        (data, parts) => {
          const constraint: Constraint = {
            selection: parts.selected ? createMask(size, Uint8Array.from(data.selection)) : null,
            inside: parts.inside ? { map: classMap(data.inside), classes: new Set([1, 2]) } : null,
            range: parts.depth ? { map: depthMap(data.depth), min: 0, max: 3 } : null,
          }
          const locked = new Set(parts.lock ? [3] : [])
          const map = classMap(data.before)
          paint(map, classMap(data.after), constraint, locked)
          for (let at = 0; at < PIXELS; at++) {
            const may =
              (!parts.selected || data.selection[at] === 1) &&
              (!parts.inside || [1, 2].includes(data.inside[at]!)) &&
              // 0 is an invalid depth, whatever the range.
              (!parts.depth || (data.depth[at]! > 0 && data.depth[at]! <= 3)) &&
              (!parts.lock || (data.before[at] !== 3 && data.after[at] !== 3))
            if (map.data[at] !== (may ? data.after[at] : data.before[at])) throw new Error(`pixel ${at}`)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is read once, before the gesture writes: what is painted does not open more', () => {
    const map = createMap('class', WIDTH, HEIGHT)
    const guard = new Guard(size, { selection: null, inside: { map, classes: new Set([0]) }, range: null })
    const first = guard.tile({ tx: 0, ty: 0 })
    map.data.fill(1)
    expect(guard.tile({ tx: 0, ty: 0 })).toBe(first)
    expect(first?.every((allowed) => allowed === 1)).toBe(true)
    expect(guard.tile({ tx: 1, ty: 0 })?.every((allowed) => allowed === 0)).toBe(true)
  })

  it('puts whole vectors back', () => {
    const map = createMap('vector', WIDTH, HEIGHT)
    map.data.forEach((_, at) => (map.data[at] = at / 7))
    const before = cloneMap(map)
    const after = createMap('vector', WIDTH, HEIGHT)
    const data = new Uint8Array(PIXELS)
    data[WIDTH + 70] = 1
    paint(map, after, { selection: createMask(size, data), inside: null, range: null }, new Set())
    const changed = [...map.data.keys()].filter((at) => map.data[at] !== before.data[at])
    expect(changed).toEqual([0, 1, 2].map((channel) => (WIDTH + 70) * 3 + channel))
  })
})
