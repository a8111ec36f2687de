import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMap, type ClassMap } from '../maps'
import { createMask, fullMask, type Mask } from '../mask'
import { floodMask, type Connectivity } from '../selection/flood'
import { closeGaps, growClass, shrinkClass } from './shape'
import { removeIslands } from './islands'

const scenes = (most: number): fc.Arbitrary<{ map: ClassMap; mask: Mask }> =>
  fc
    .record({ width: fc.integer({ min: 1, max: most }), height: fc.integer({ min: 1, max: most }) })
    .chain((size) => {
      const length = size.width * size.height
      const values = fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 255), {
        minLength: length,
        maxLength: length,
      })
      const bits = fc.array(fc.constantFrom(0, 1, 1, 1), { minLength: length, maxLength: length })
      return fc.record({ values, bits, whole: fc.boolean() }).map(({ values, bits, whole }) => {
        const map = createMap('class', size.width, size.height)
        map.data.set(values)
        return { map, mask: whole ? fullMask(size) : createMask(size, Uint8Array.from(bits)) }
      })
    })

function at(map: ClassMap, x: number, y: number): number | undefined {
  return x >= 0 && y >= 0 && x < map.width && y < map.height ? map.data[y * map.width + x] : undefined
}

/** One island after the other, everything found again each time. */
function islandsOneByOne(map: ClassMap, mask: Mask, minArea: number, connectivity: Connectivity): void {
  for (;;) {
    const seen = new Uint8Array(map.data.length)
    let smallest: number[] | null = null
    for (let first = 0; first < seen.length; first++) {
      if (seen[first] === 1) continue
      const seed = { x: first % map.width, y: Math.floor(first / map.width) }
      const region = [...floodMask(map.data, map, seed, connectivity).data.entries()]
        .filter(([, bit]) => bit === 1)
        .map(([pixel]) => pixel)
      for (const pixel of region) seen[pixel] = 1
      const movable = region.length < minArea && region.every((pixel) => mask.data[pixel] === 1)
      if (movable && region.length < map.data.length && region.length < (smallest?.length ?? Infinity))
        smallest = region
    }
    if (!smallest) return
    const own = new Set(smallest)
    const votes = new Map<number, number>()
    for (const pixel of smallest) {
      const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)]
      for (const [u, v] of [
        [x + 1, y],
        [x - 1, y],
        [x, y + 1],
        [x, y - 1],
      ] as const) {
        const value = at(map, u, v)
        if (value !== undefined && !own.has(v * map.width + u)) votes.set(value, (votes.get(value) ?? 0) + 1)
      }
    }
    const [winner] = [...votes].sort(([a, m], [b, n]) => n - m || a - b)
    for (const pixel of smallest) map.data[pixel] = winner![0]
  }
}

describe('removeIslands', () => {
  it('fills like one island after the other, smallest first', () => {
    fc.assert(
      fc.property(
        scenes(9),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom<Connectivity>(4, 8),
        ({ map, mask }, minArea, connectivity) => {
          const wanted = { ...map, data: map.data.slice() }
          islandsOneByOne(wanted, mask, minArea, connectivity)
          removeIslands(map, mask, { minArea, connectivity })
          expect([...map.data]).toEqual([...wanted.data])
        },
      ),
      { numRuns: 400 },
    )
  })
})

const within = (
  map: ClassMap,
  x: number,
  y: number,
  radius: number,
  test: (value: number) => boolean,
): boolean =>
  [...map.data.keys()].some(
    (pixel) =>
      test(map.data[pixel]!) &&
      (x - (pixel % map.width)) ** 2 + (y - Math.floor(pixel / map.width)) ** 2 <= radius ** 2,
  )

describe('growing and shrinking a class', () => {
  const radii = fc.constantFrom(1, 1.5, 2, 4)
  it('gives the class to what is within the radius, inside the mask', () => {
    fc.assert(
      fc.property(scenes(12), radii, ({ map, mask }, radius) => {
        const before = { ...map, data: map.data.slice() }
        growClass(map, mask, 1, radius)
        map.data.forEach((value, pixel) => {
          const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)]
          const reached = mask.data[pixel] === 1 && within(before, x, y, radius, (other) => other === 1)
          expect(value).toBe(reached ? 1 : before.data[pixel])
        })
      }),
    )
  })

  it('gives what it takes away to a nearest other class', () => {
    fc.assert(
      fc.property(scenes(12), radii, ({ map, mask }, radius) => {
        const before = { ...map, data: map.data.slice() }
        shrinkClass(map, mask, 0, radius)
        map.data.forEach((value, pixel) => {
          const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)]
          const other = (found: number): boolean => found !== 0
          const lost =
            mask.data[pixel] === 1 && before.data[pixel] === 0 && within(before, x, y, radius, other)
          if (!lost) expect(value).toBe(before.data[pixel])
          else {
            expect(value).not.toBe(0)
            const distance = Math.min(
              ...[...before.data.keys()]
                .filter((from) => before.data[from] !== 0)
                .map((from) => Math.hypot(x - (from % map.width), y - Math.floor(from / map.width))),
            )
            expect(within(before, x, y, distance, (found) => found === value)).toBe(true)
          }
        })
      }),
    )
  })
})

describe('closeGaps', () => {
  it('closes what no disc fits into', () => {
    fc.assert(
      fc.property(scenes(9), fc.constantFrom(1, 1.5, 2.2), ({ map, mask }, radius) => {
        const before = { ...map, data: map.data.slice() }
        closeGaps(map, mask, { value: 1, radius, largestHole: 0 })
        const reach = Math.ceil(radius)
        map.data.forEach((value, pixel) => {
          const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)]
          let fits = false
          for (let v = y - reach; v <= y + reach; v++)
            for (let u = x - reach; u <= x + reach; u++)
              if ((u - x) ** 2 + (v - y) ** 2 <= radius ** 2)
                fits ||= !within(before, u, v, radius, (other) => other === 1)
          expect(value).toBe(mask.data[pixel] === 1 && !fits ? 1 : before.data[pixel])
        })
      }),
    )
  })

  it('fills enclosed holes up to a size, also of several classes', () => {
    const map = createMap('class', 7, 5)
    // prettier-ignore
    map.data.set([
      1, 1, 1, 1, 1, 1, 1,
      1, 0, 1, 2, 0, 0, 1,
      1, 1, 1, 1, 1, 1, 1,
      1, 0, 1, 1, 1, 1, 1,
      1, 0, 1, 1, 1, 1, 1,
    ])
    closeGaps(map, fullMask(map), { value: 1, radius: 0, largestHole: 2 })
    expect([...map.data].filter((value) => value !== 1)).toEqual([2, 0, 0, 0, 0])
    closeGaps(map, fullMask(map), { value: 1, radius: 0, largestHole: 3 })
    expect([...map.data].filter((value) => value !== 1)).toEqual([0, 0])
  })
})
