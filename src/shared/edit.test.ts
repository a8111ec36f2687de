import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTile, TILE, tileRect, tileRects, writeTile } from './edit'
import { bytesOf, createMap, type MapKind } from './maps'

const kinds = fc.constantFrom<MapKind>('class', 'scalar', 'vector', 'probability')
const sides = fc.integer({ min: 1, max: 3 * TILE })

describe('tiles', () => {
  it('cover a map exactly once', () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const seen = new Uint8Array(width * height)
        for (let ty = 0; ty * TILE < height; ty++)
          for (let tx = 0; tx * TILE < width; tx++) {
            const rect = tileRect({ width, height }, { tx, ty })
            for (let y = rect.y; y < rect.y + rect.height; y++)
              for (let x = rect.x; x < rect.x + rect.width; x++) seen[y * width + x]! += 1
          }
        expect(seen.every((count) => count === 1)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
  it('read, overwritten and written back leave the map as it was, and nothing outside the tile changes', () => {
    fc.assert(
      fc.property(
        kinds,
        sides,
        sides,
        fc.nat(2),
        fc.nat(2),
        fc.nat(255),
        (kind, width, height, tx, ty, seed) => {
          fc.pre(tx * TILE < width && ty * TILE < height)
          const map = createMap(kind, width, height)
          const bytes = bytesOf(map)
          for (let i = 0; i < bytes.length; i += 7) bytes[i] = (i * 31 + seed) & 255
          const original = bytes.slice()
          const tile = readTile(map, { tx, ty })
          writeTile(map, { tx, ty, bytes: new Uint8Array(tile.length).fill(9) })
          const rect = tileRect(map, { tx, ty })
          const pixel = bytes.length / (width * height)
          bytes.forEach((byte, i) => {
            const x = Math.floor(i / pixel) % width
            const y = Math.floor(i / pixel / width)
            const inside = x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height
            if (byte !== (inside ? 9 : original[i])) throw new Error(`byte ${i} at ${x},${y}`)
          })
          writeTile(map, { tx, ty, bytes: tile })
          expect(Buffer.compare(bytes, original)).toBe(0)
        },
      ),
      { numRuns: 30 },
    )
  })
  it('refuse addresses outside the map and wrong byte counts', () => {
    const map = createMap('class', 65, 10)
    expect(() => tileRect(map, { tx: 2, ty: 0 })).toThrow('outside')
    expect(() => tileRect(map, { tx: 0.5, ty: 0 })).toThrow('outside')
    expect(() => writeTile(map, { tx: 1, ty: 0, bytes: new Uint8Array(11) })).toThrow(
      'needs 10 bytes, found 11',
    )
  })
})

describe('tileRects', () => {
  it('covers exactly the pixels of the tiles, each once, with few rectangles', () => {
    const size = { width: 5 * TILE - 10, height: 4 * TILE - 3 }
    const tile = fc.record({ tx: fc.nat(4), ty: fc.nat(3) })
    fc.assert(
      fc.property(fc.uniqueArray(tile, { selector: ({ tx, ty }) => ty * 8 + tx }), (tiles) => {
        const rects = tileRects(size, tiles)
        const area = (list: readonly { width: number; height: number }[]): number =>
          list.reduce((sum, { width, height }) => sum + width * height, 0)
        expect(area(rects)).toBe(area(tiles.map((one) => tileRect(size, one))))
        for (const one of tiles) {
          const { x, y } = tileRect(size, one)
          const inside = rects.filter(
            (rect) => x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height,
          )
          expect(inside).toHaveLength(1)
        }
      }),
    )
    const row = [0, 1, 2].flatMap((ty) => [0, 1, 2, 3].map((tx) => ({ tx, ty })))
    expect(tileRects(size, row)).toEqual([{ x: 0, y: 0, width: 4 * TILE, height: 3 * TILE }])
  })
})
