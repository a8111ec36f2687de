import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../test/support/plain-style'
import { colourAt, colourTexels, type MapStyle } from './colour'
import { IGNORE_CLASS, mapFromBytes, type DenseMap } from './maps'
import {
  ABOVE_WINDOW,
  ATTENTION_LUT,
  BELOW_WINDOW,
  BOUNDARY_LUT,
  classLut,
  classPalette,
  cssOf,
  DEPTH_LUT,
  normalColour,
  packRgba,
} from './palette'
import { wholeBlock } from './texels'

const floats = (values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(new Float32Array(values).buffer)
function colours(map: DenseMap, style: MapStyle = PLAIN_STYLE): number[] {
  const out = new Uint32Array(map.width * map.height)
  colourTexels(map, style, wholeBlock(map, out))
  const single = [...out.keys()].map((at) => colourAt(map, style, at % map.width, Math.floor(at / map.width)))
  expect(single).toEqual([...out])
  return [...out]
}

describe('palette', () => {
  it('packs bytes in the order of ImageData', () => {
    expect([...new Uint8Array(Uint32Array.of(packRgba(1, 2, 3, 4)).buffer)]).toEqual([1, 2, 3, 4])
    expect(cssOf(packRgba(1, 2, 3))).toBe('rgb(1 2 3)')
    expect(cssOf(0)).toBeNull()
  })

  it('gives many classes distinct colours', () => {
    expect(new Set(classPalette(150).map(String)).size).toBe(150)
  })

  it('ends its ramps where viridis and inferno end', () => {
    expect(DEPTH_LUT[0]).toBe(packRgba(68, 1, 84))
    expect(DEPTH_LUT[255]).toBe(packRgba(253, 231, 37))
    expect(ATTENTION_LUT[0]! >>> 24).toBe(0)
    expect(BOUNDARY_LUT[0]! >>> 24).toBe(0)
    expect(BOUNDARY_LUT[255]).toBe(packRgba(255, 255, 255))
  })

  it('shows normals as usual RGB', () => {
    expect(normalColour(0, 0, 1)).toBe(packRgba(128, 128, 255))
    expect(normalColour(-1, 1, 0)).toBe(packRgba(0, 255, 128))
  })
})

describe('colourTexels', () => {
  const palette = [
    [10, 20, 30],
    [40, 50, 60],
  ] as const

  it('hides ignore, unknown and hidden classes, and all but the solo class', () => {
    const map = mapFromBytes('class', 4, 1, Uint8Array.of(0, 1, 7, IGNORE_CLASS))
    const shown = (lut: Uint32Array): number[] => colours(map, { ...PLAIN_STYLE, classes: lut })
    expect(shown(classLut(palette))).toEqual([packRgba(10, 20, 30), packRgba(40, 50, 60), 0, 0])
    expect(shown(classLut(palette, new Set([1])))).toEqual([packRgba(10, 20, 30), 0, 0, 0])
    expect(shown(classLut(palette, new Set([1]), 1))).toEqual([0, packRgba(40, 50, 60), 0, 0])
  })

  it('shows depth in its window and invalid depth as nothing', () => {
    const map = mapFromBytes('scalar', 3, 1, floats([0, 1, 3]))
    const style = { ...PLAIN_STYLE, window: { min: 1, max: 3 } }
    expect(colours(map, style)).toEqual([0, DEPTH_LUT[0], DEPTH_LUT[255]])
  })

  it('stripes depth nearer or farther than the window', () => {
    const style = { ...PLAIN_STYLE, window: { min: 1, max: 3 } }
    const row = (value: number): number[] =>
      colours(mapFromBytes('scalar', 6, 1, floats(Array<number>(6).fill(value))), style)
    const stripes = (mark: number, plain: number): number[] => [mark, mark, mark, plain, plain, plain]
    expect(row(0.5)).toEqual(stripes(BELOW_WINDOW, DEPTH_LUT[0]!))
    expect(row(9)).toEqual(stripes(ABOVE_WINDOW, DEPTH_LUT[255]!))
  })

  it('survives a flat range', () => {
    const map = mapFromBytes('scalar', 1, 1, floats([2]))
    expect(colours(map, { ...PLAIN_STYLE, window: { min: 2, max: 2 } })).toEqual([DEPTH_LUT[0]])
  })

  it('leaves invalid normals and unknown boundaries transparent', () => {
    expect(colours(mapFromBytes('vector', 2, 1, floats([0, 0, 0, 0, 0, 1])))).toEqual([
      0,
      packRgba(128, 128, 255),
    ])
    expect(colours(mapFromBytes('probability', 3, 1, floats([0, 1, NaN])))).toEqual([0, BOUNDARY_LUT[255], 0])
  })

  it('touches only the rectangle', () => {
    const map = mapFromBytes('class', 3, 3, new Uint8Array(9))
    const out = new Uint32Array(9).fill(7)
    const rect = { x: 1, y: 1, width: 1, height: 1 }
    const style = { ...PLAIN_STYLE, classes: classLut(palette) }
    colourTexels(map, style, { level: 0, rect, out, offset: 4, stride: 3 })
    expect([...out].filter((value) => value !== 7)).toHaveLength(1)
    expect(out[4]).toBe(packRgba(10, 20, 30))
  })
})
