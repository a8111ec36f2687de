import { describe, expect, it } from 'vitest'
import { intrinsicsFromFieldOfView, rayAt, unit } from '../camera'
import { createMap } from '../maps'
import { estimateFieldOfView } from './estimate-camera'

describe('estimating the camera', () => {
  it('finds the field of view of a corner, also when a fifth of the normals is wrong', () => {
    const size = { width: 120, height: 90 }
    const sides = [
      { normal: unit([0.7, 0, 0.7])!, distance: 3 },
      { normal: unit([-0.6, 0.1, 0.8])!, distance: 3 },
      { normal: unit([0, 0.9, 0.4])!, distance: 2.5 },
    ]
    for (const degrees of [45, 58.5, 90]) {
      const camera = intrinsicsFromFieldOfView(size, degrees)
      const depth = createMap('scalar', size.width, size.height)
      const normals = createMap('vector', size.width, size.height)
      depth.data.forEach((_, at) => {
        const [x, y, z] = rayAt(camera, { x: at % size.width, y: Math.floor(at / size.width) })
        const hits = sides.map(({ normal, distance }) => ({
          normal,
          metres: -distance / (normal[0] * x + normal[1] * y + normal[2] * z),
        }))
        const near = hits.filter(({ metres }) => metres > 0).sort((a, b) => a.metres - b.metres)[0]
        if (!near) return
        depth.data[at] = near.metres
        normals.data.set(at % 5 === 0 ? [0, 0, 1] : near.normal, at * 3)
      })
      const found = estimateFieldOfView(depth, normals)
      expect(Math.abs(found.degrees - degrees)).toBeLessThan(0.2)
      expect(found.error).toBeLessThan(0.1)
    }
  })

  it('refuses maps that share too few pixels', () => {
    expect(() => estimateFieldOfView(createMap('scalar', 9, 9), createMap('vector', 9, 9))).toThrow(
      'only 0 have both',
    )
  })
})
