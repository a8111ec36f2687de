import { describe, expect, it } from 'vitest'
import { createMap, mapFromBytes } from '../maps'
import { maskOfClasses, maskOfPeak, maskOfRange, planeOfGrid } from './from-map'

describe('selections out of maps', () => {
  it('take classes', () => {
    const map = mapFromBytes('class', 4, 1, Uint8Array.of(0, 3, 255, 3))
    if (map.kind !== 'class') throw new Error('not a class map')
    expect(maskOfClasses(map, new Set([3, 255]))).toEqual({
      width: 4,
      height: 1,
      data: Uint8Array.of(0, 1, 1, 1),
      bounds: { x: 1, y: 0, width: 3, height: 1 },
    })
  })

  it('take ranges, ends included; a depth of 0 is in none', () => {
    const depth = createMap('scalar', 4, 1)
    depth.data.set([0, 1, 2, 3])
    expect([...maskOfRange(depth, 0, 2).data]).toEqual([0, 1, 1, 0])
    const chance = createMap('probability', 4, 1)
    chance.data.set([0, 0.5, 0.25, 1])
    expect([...maskOfRange(chance, 0, 0.25).data]).toEqual([1, 0, 1, 0])
  })

  it('take the part of a plane that is near its largest value', () => {
    const size = { width: 2, height: 2 }
    expect([...maskOfPeak(Float32Array.of(0.1, 0.2, 0.05, 0.09), size, 0.5).data]).toEqual([1, 1, 0, 0])
    expect(maskOfPeak(new Float32Array(4), size, 0.5).bounds).toBeNull()
    expect(() => maskOfPeak(new Float32Array(3), size, 0.5)).toThrow('3 values do not fill 2x2 pixels')
  })

  it('spread a coarse grid over the photo that lies on a part of it', () => {
    const grid = { width: 3, height: 2, imageRect: { x: 1, y: 0, width: 2, height: 2 } }
    const plane = planeOfGrid(Float32Array.of(1, 2, 3, 4, 5, 6), grid, { width: 4, height: 2 })
    expect([...plane]).toEqual([2, 2, 3, 3, 5, 5, 6, 6])
  })
})
