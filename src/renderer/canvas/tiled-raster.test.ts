import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../../test/support/plain-style'
import { colourTexels, type MapStyle } from '../../shared/colour'
import { createMap, type DenseMap } from '../../shared/maps'
import type { PixelRect, Size } from '../../shared/space'
import { blocksOf } from './photo'
import { CANVAS_TILE, TiledRaster, type Placement, type Surface, type Target } from './tiled-raster'

interface Picture extends Size {
  readonly pixels: Uint32Array
}
const STYLE: MapStyle = {
  ...PLAIN_STYLE,
  classes: Uint32Array.from({ length: 256 }, (_, index) => 0xff000000 + index),
}
const MAX_SIDE = 16_384
const MAX_PIXELS = 268_435_456

/** A canvas without a browser: exact copies, nearest neighbour. Counts what was coloured. */
function makeSurfaces(): { make: (size: Size) => Surface<Picture>; sizes: Size[]; coloured: () => number } {
  const sizes: Size[] = []
  let coloured = 0
  const make = (size: Size): Surface<Picture> => {
    sizes.push(size)
    const image = { ...size, pixels: new Uint32Array(size.width * size.height) }
    return {
      image,
      put(colours, { x, y, width, height }) {
        coloured += width * height
        for (let row = 0; row < height; row++) {
          const from = colours.subarray(row * CANVAS_TILE, row * CANVAS_TILE + width)
          image.pixels.set(from, (y + row) * size.width + x)
        }
      },
    }
  }
  return { make, sizes, coloured: () => coloured }
}

function screen(size: Size): Picture & Target<Picture> {
  const pixels = new Uint32Array(size.width * size.height)
  return {
    ...size,
    pixels,
    drawImage(image, sx, sy, sw, sh, dx, dy, dw, dh) {
      for (let y = Math.max(0, dy); y < Math.min(size.height, dy + dh); y++)
        for (let x = Math.max(0, dx); x < Math.min(size.width, dx + dw); x++) {
          const column = sx + Math.floor(((x - dx + 0.5) / dw) * sw)
          const row = sy + Math.floor(((y - dy + 0.5) / dh) * sh)
          pixels[y * size.width + x] = image.pixels[row * image.width + column]!
        }
    },
  }
}

function rasterOf(map: DenseMap, make: (size: Size) => Surface<Picture>): TiledRaster<Picture> {
  return new TiledRaster(map, (block) => colourTexels(map, STYLE, block), make)
}
const whole = ({ width, height }: Size): PixelRect => ({ x: 0, y: 0, width, height })

describe('TiledRaster', () => {
  it('shows every pixel of a map at scale 1, wherever it lies', () => {
    const map = createMap('class', 1100, 700)
    map.data.forEach((_, at) => (map.data[at] = (at * 7) % 251))
    const raster = rasterOf(map, makeSurfaces().make)
    const pane = screen({ width: 300, height: 200 })
    for (const [x, y] of [
      [0, 0],
      [-400, -400],
      [-850, -520],
    ] as const) {
      raster.draw(pane, { x, y, scale: 1, clip: whole(pane) })
      const expected = Array.from(pane.pixels.keys(), (at) => {
        const column = (at % 300) - x
        const row = Math.floor(at / 300) - y
        return column < 1100 && row < 700 ? 0xff000000 + map.data[row * 1100 + column]! : pane.pixels[at]
      })
      expect([...pane.pixels]).toEqual(expected)
    }
  })

  it('shows after any changes what a new one would, at any place and scale', () => {
    const rect = fc.record({
      x: fc.nat(900),
      y: fc.nat(600),
      width: fc.integer({ min: 1, max: 124 }),
      height: fc.integer({ min: 1, max: 100 }),
    })
    const place = fc.record({
      x: fc.integer({ min: -600, max: 200 }),
      y: fc.integer({ min: -600, max: 200 }),
      scale: fc.constantFrom(0.1, 0.3, 0.5, 1, 2.5, 7),
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(rect, fc.nat(250), place), { maxLength: 4 }), (edits) => {
        const map = createMap('class', 1024, 700)
        const raster = rasterOf(map, makeSurfaces().make)
        for (const [area, value, { x, y, scale }] of edits) {
          for (let row = area.y; row < area.y + area.height; row++)
            map.data.fill(value, row * map.width + area.x, row * map.width + area.x + area.width)
          raster.soil(area)
          const [kept, fresh] = [screen({ width: 160, height: 90 }), screen({ width: 160, height: 90 })]
          const placement: Placement = { x, y, scale, clip: whole(kept) }
          raster.draw(kept, placement)
          rasterOf(map, makeSurfaces().make).draw(fresh, placement)
          expect(kept.pixels).toEqual(fresh.pixels)
        }
      }),
      { numRuns: 6 },
    )
  })

  it('colours only the texels that changed and are drawn', () => {
    const map = createMap('class', 4096, 4096)
    const surfaces = makeSurfaces()
    const raster = rasterOf(map, surfaces.make)
    const pane = screen({ width: 800, height: 600 })
    const at = (scale: number): Placement => ({ x: 0, y: 0, scale, clip: whole(pane) })
    raster.draw(pane, at(1))
    const before = surfaces.coloured()
    raster.soil({ x: 100, y: 100, width: 40, height: 30 })
    raster.soil({ x: 3000, y: 3000, width: 500, height: 500 })
    raster.draw(pane, at(1))
    expect(surfaces.coloured() - before).toBe(40 * 30)
  })

  it.each([
    { width: 20_000, height: 2000 },
    { width: 12_600, height: 9000 },
    { width: 1, height: 40_000 },
  ])('draws a $width x $height map with canvases far below the limits of the platform', (size) => {
    const map = createMap('class', size.width, size.height)
    map.data[map.data.length - 1] = 9
    const surfaces = makeSurfaces()
    const raster = rasterOf(map, surfaces.make)
    const pane = screen({ width: 1000, height: 100 })
    raster.draw(pane, { x: 0, y: 0, scale: 0.05, clip: whole(pane) })
    // The far corner, at actual pixels.
    raster.draw(pane, { x: 1000 - size.width, y: 100 - size.height, scale: 1, clip: whole(pane) })
    expect(pane.pixels.at(-1)).toBe(0xff000009)
    for (const { width, height } of surfaces.sizes) {
      expect(Math.max(width, height)).toBeLessThanOrEqual(CANVAS_TILE)
      expect(Math.max(width, height)).toBeLessThan(MAX_SIDE)
    }
    const pixels = surfaces.sizes.reduce((sum, { width, height }) => sum + width * height, 0)
    expect(pixels).toBeLessThan(MAX_PIXELS / 8)
  })

  it('forgets tiles that were not drawn for long, and none that a part of the pane still shows', () => {
    const map = createMap('class', 16_384, 8192)
    const surfaces = makeSurfaces()
    const raster = rasterOf(map, surfaces.make)
    const pane = screen({ width: 2048, height: 1024 })
    for (let x = 0; x > -14_000; x -= 2048) raster.draw(pane, { x, y: 0, scale: 1, clip: whole(pane) })
    expect(raster.tiles).toBeLessThan(40)
    const made = surfaces.sizes.length
    for (let i = 0; i < 50; i++)
      raster.draw(pane, { x: -12_288, y: 0, scale: 1, clip: { x: 10, y: 10, width: 20, height: 20 } })
    raster.draw(pane, { x: -12_288, y: 0, scale: 1, clip: whole(pane) })
    expect(surfaces.sizes.length).toBe(made)
  })

  it('says when there is no memory for a canvas', () => {
    const raster = rasterOf(createMap('class', 10, 10), () => {
      throw new Error('no memory')
    })
    const pane = screen({ width: 10, height: 10 })
    expect(() => raster.draw(pane, { x: 0, y: 0, scale: 1, clip: whole(pane) })).toThrow('no memory')
  })
})

describe('blocksOf', () => {
  it('covers a photo once with blocks every driver takes as a texture', () => {
    const blocks = blocksOf({ width: 20_000, height: 2000 })
    expect(blocks.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(20_000 * 2000)
    for (const { x, width, height } of blocks) {
      expect(Math.max(width, height)).toBeLessThanOrEqual(4096)
      expect(x % 4096).toBe(0)
    }
  })
})
