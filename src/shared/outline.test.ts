import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../test/support/plain-style'
import type { MapStyle } from './colour'
import { mapFromBytes, type ClassMap, type DenseMap } from './maps'
import { outlineTexels } from './outline'
import { texelSize } from './texels'

const STYLE: MapStyle = {
  ...PLAIN_STYLE,
  classes: Uint32Array.from({ length: 256 }, (_, index) => index + 1),
}

function outlined(map: DenseMap, level: number): { pixels: Uint32Array; width: number; height: number } {
  const { width, height } = texelSize(map, level)
  const pixels = new Uint32Array(width * height).fill(77)
  outlineTexels(map, STYLE, {
    level,
    rect: { x: 0, y: 0, width, height },
    out: pixels,
    offset: 0,
    stride: width,
  })
  return { pixels, width, height }
}

/** The definition: a texel is coloured when it touches, within its pixel, a side whose other pixel has another class. */
function brute(map: ClassMap, level: number): number[] {
  const side = 2 ** -level
  const { width, height } = texelSize(map, level)
  const classOf = (x: number, y: number): number | null =>
    x < 0 || y < 0 || x >= map.width || y >= map.height ? null : map.data[y * map.width + x]!
  return Array.from({ length: width * height }, (_, at) => {
    const tx = at % width
    const ty = Math.floor(at / width)
    const x = Math.floor(tx / side)
    const y = Math.floor(ty / side)
    const own = classOf(x, y)!
    const neighbours = [
      tx % side === 0 ? classOf(x - 1, y) : null,
      tx % side === side - 1 ? classOf(x + 1, y) : null,
      ty % side === 0 ? classOf(x, y - 1) : null,
      ty % side === side - 1 ? classOf(x, y + 1) : null,
    ]
    return neighbours.some((other) => other !== null && other !== own) ? own + 1 : 0
  })
}

const maps = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc
      .array(fc.nat(2), { minLength: width * height, maxLength: width * height })
      .map((values): ClassMap => ({ kind: 'class', width, height, data: Uint8Array.from(values) })),
  )

describe('outlineTexels', () => {
  it('is the definition, at every level of detail', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom(0, -1, -2, -3), (map, level) => {
        expect([...outlined(map, level).pixels]).toEqual(brute(map, level))
      }),
    )
  })

  it('gives the same texels in blocks as in one piece', () => {
    fc.assert(
      fc.property(maps, fc.nat(20), fc.nat(20), (map, left, top) => {
        const level = -2
        const { pixels, width, height } = outlined(map, level)
        const x = left % width
        const y = top % height
        const out = new Uint32Array(64).fill(77)
        const rect = { x, y, width: Math.min(8, width - x), height: Math.min(8, height - y) }
        outlineTexels(map, STYLE, { level, rect, out, offset: 0, stride: 8 })
        for (let row = 0; row < rect.height; row++)
          for (let column = 0; column < rect.width; column++)
            expect(out[row * 8 + column]).toBe(pixels[(y + row) * width + x + column])
      }),
    )
  })

  it('keeps a border between regions when pixels are left out', () => {
    const map: ClassMap = { kind: 'class', width: 64, height: 64, data: new Uint8Array(64 * 64) }
    map.data.fill(1, 32 * 64)
    const { pixels, width } = outlined(map, 2)
    expect([...pixels.subarray(7 * width, 9 * width)]).toEqual([
      ...Array<number>(16).fill(1),
      ...Array<number>(16).fill(2),
    ])
    expect(pixels.filter((colour) => colour !== 0)).toHaveLength(32)
  })

  it('draws lines of equal depth and the rim of invalid depth', () => {
    const depth = new Float32Array([0, 1, 1.1, 1.3, 1.4])
    const map = mapFromBytes('scalar', 5, 1, new Uint8Array(depth.buffer))
    expect([...outlined(map, 0).pixels].map((colour) => colour !== 0)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })
})
