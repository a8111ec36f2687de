import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findComponents } from '../components'
import { createMap } from '../maps'
import type { RgbImage } from '../image'
import { superpixels } from './superpixels'

/** Flat patches with a little noise; the seed decides where they lie. */
function picture(width: number, height: number, seed: number): { photo: RgbImage; truth: Uint8Array } {
  const data = new Uint8Array(width * height * 3)
  const truth = createMap('class', width, height).data
  let state = seed
  const random = (): number => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
  const [cut, level] = [width * (0.3 + 0.4 * random()), height * (0.3 + 0.4 * random())]
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      truth[at] = (x + 6 * Math.sin(y / 9) < cut ? 0 : 1) + (y < level ? 0 : 2)
      const base = [40, 200, 110, 230][truth[at]!]!
      for (let channel = 0; channel < 3; channel++) data[at * 3 + channel] = base + channel * 8 + 6 * random()
    }
  return { photo: { width, height, data }, truth }
}

describe('superpixels', () => {
  it('cover the region with connected pieces, the same every time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 3, max: 20 }),
        fc.constantFrom(0.1, 1, 5),
        (width, height, seed, spacing, compactness) => {
          const { photo } = picture(width, height, seed)
          const region = { x: Math.floor(width / 4), y: Math.floor(height / 5), width: 0, height: 0 }
          region.width = width - region.x
          region.height = height - region.y
          const found = superpixels(photo, region, { spacing, compactness })
          expect(found.labels).toHaveLength(region.width * region.height)
          expect(findComponents(found.labels, region).count).toBe(found.count)
          expect(new Set(found.labels).size).toBe(found.count)
          expect(superpixels(photo, region, { spacing, compactness })).toEqual(found)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('follow the borders of what is in the picture', () => {
    const { photo, truth } = picture(120, 90, 7)
    const found = superpixels(photo, { x: 0, y: 0, width: 120, height: 90 }, { spacing: 12, compactness: 1 })
    // Each superpixel takes the class most of it has; the rest is what it leaks.
    const votes = Array.from({ length: found.count }, () => [0, 0, 0, 0])
    found.labels.forEach((label, at) => votes[label]![truth[at]!]!++)
    const leaked = votes.reduce(
      (sum, classes) => sum + classes.reduce((a, b) => a + b) - Math.max(...classes),
      0,
    )
    expect(leaked / truth.length).toBeLessThan(0.005)
    expect(found.count).toBeGreaterThan(50)
    expect(found.count).toBeLessThan(120)
  })
})
