import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMask } from '../mask'
import { createMap, mapFromBytes } from '../maps'
import { floodMask, type Connectivity } from './flood'
import { LIKENESS_STEPS, mapLikeness, NEVER, okLab, photoLikeness, type Likeness } from './likeness'
import { contiguousWand, globalWand } from './wand'

const size = { width: 13, height: 11 }
const cells = size.width * size.height
const seeds = fc.record({ x: fc.integer({ min: 0, max: 12 }), y: fc.integer({ min: 0, max: 10 }) })

describe('the magic wand', () => {
  it('selects at every tolerance what a new search would, whatever the order they are asked in', () => {
    const levels = fc.array(fc.constantFrom(0, 1, 2, 3, 5, 9, NEVER), { minLength: cells, maxLength: cells })
    fc.assert(
      fc.property(
        levels,
        seeds,
        fc.constantFrom<Connectivity>(4, 8),
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 }),
        (values, seed, connectivity, tolerances) => {
          values[seed.y * size.width + seed.x] = 0
          const likeness: Likeness = () => (at) => values[at]!
          const contiguous = contiguousWand(size, seed, likeness, connectivity)
          const global = globalWand(size, seed, likeness)
          for (const tolerance of tolerances) {
            const near = Uint8Array.from(values, (level) => (level <= tolerance ? 1 : 0))
            expect(global.mask(tolerance)).toEqual(createMask(size, near))
            expect(contiguous.mask(tolerance)).toEqual(floodMask(near, size, seed, connectivity))
          }
        },
      ),
    )
  })
})

describe('likeness', () => {
  it('is a distance in OKLab for photos', () => {
    const lab = new Float32Array(3)
    okLab(Uint8Array.of(255, 255, 255), 0, lab)
    expect(lab[0]).toBeCloseTo(1, 4)
    // Published values for the primaries of sRGB.
    okLab(Uint8Array.of(255, 0, 0), 0, lab)
    expect([...lab].map((value) => Math.round(value * 1000) / 1000)).toEqual([0.628, 0.225, 0.126])
    const photo = { width: 3, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 0, 0) }
    const from = photoLikeness(photo)(0)
    expect([from(0), from(1), from(2)]).toEqual([0, Math.ceil(1 / LIKENESS_STEPS.photo), 0])
  })

  it('joins exactly the depths and directions within the tolerance', () => {
    const depth = createMap('scalar', 6, 1)
    depth.data.set([2, 2.05, 1.95, 2.06, 0, 90])
    const from = mapLikeness(depth)(0)
    expect([0, 1, 2, 3, 4, 5].map(from)).toEqual([0, 5, 5, 6, NEVER, NEVER])
    expect(mapLikeness(depth)(4)(4)).toBe(0)
    expect(mapLikeness(depth)(4)(0)).toBe(NEVER)

    const normals = createMap('vector', 4, 1)
    const turned = (degrees: number): number[] => {
      const angle = (degrees * Math.PI) / 180
      return [Math.sin(angle), 0, Math.cos(angle)]
    }
    normals.data.set([...turned(0), ...turned(10), ...turned(10.2), 0, 0, 0])
    const off = mapLikeness(normals)(0)
    expect([0, 1, 2, 3].map(off)).toEqual([0, 20, 21, NEVER])
    expect(mapLikeness(normals)(3)(3)).toBe(0)
  })

  it('knows only the same class, and counts probability in steps', () => {
    const classes = mapFromBytes('class', 3, 1, Uint8Array.of(4, 4, 255))
    expect([0, 1, 2].map(mapLikeness(classes)(0))).toEqual([0, 0, NEVER])
    const chance = createMap('probability', 2, 1)
    chance.data.set([0.5, 0.54])
    expect(mapLikeness(chance)(0)(1)).toBe(10)
  })
})
