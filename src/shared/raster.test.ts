import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brushCell, lineCell, MAX_DIAMETER, strokeSpans } from './raster'
import type { CellPoint, Size } from './space'

/** The definition, pixel by pixel: a pixel centre within diameter / 2 of the disc's centre. */
function inDisc(cell: CellPoint, diameter: number, x: number, y: number): boolean {
  const centre = diameter % 2 === 0 ? 0 : 0.5
  const dx = x + 0.5 - (cell.x + centre)
  const dy = y + 0.5 - (cell.y + centre)
  return 4 * (dx * dx + dy * dy) <= diameter * diameter
}

function oracle(from: CellPoint, to: CellPoint, diameter: number, size: Size): Set<string> {
  const n = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  const cells = Array.from({ length: n + 1 }, (_, index) => lineCell(from, to, index))
  const pixels = new Set<string>()
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      if (cells.some((cell) => inDisc(cell, diameter, x, y))) pixels.add(`${x},${y}`)
  return pixels
}

function painted(
  from: CellPoint,
  to: CellPoint,
  diameter: number,
  size: Size,
): { pixels: Set<string>; rect: unknown } {
  const pixels = new Set<string>()
  const rect = strokeSpans(from, to, diameter, size, (y, start, end) => {
    for (let x = start; x < end; x++) {
      expect(pixels.has(`${x},${y}`)).toBe(false)
      pixels.add(`${x},${y}`)
    }
  })
  return { pixels, rect }
}

function boundsOf(pixels: Set<string>): unknown {
  if (pixels.size === 0) return null
  const points = [...pixels].map((pixel) => pixel.split(',').map(Number) as [number, number])
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const x = Math.min(...xs)
  const y = Math.min(...ys)
  return { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 }
}

const picture = (diameter: number): string[] => {
  const size = { width: diameter + 2, height: diameter + 2 }
  const at = Math.floor(size.width / 2)
  const { pixels } = painted({ x: at, y: at }, { x: at, y: at }, diameter, size)
  return Array.from({ length: size.height }, (_, y) =>
    Array.from({ length: size.width }, (_, x) => (pixels.has(`${x},${y}`) ? '#' : '.')).join(''),
  )
}

describe('strokeSpans', () => {
  it('draws the small discs one expects', () => {
    expect(picture(1)).toEqual(['...', '.#.', '...'])
    expect(picture(2)).toEqual(['....', '.##.', '.##.', '....'])
    expect(picture(3)).toEqual(['.....', '.###.', '.###.', '.###.', '.....'])
    expect(picture(4)).toEqual(['......', '..##..', '.####.', '.####.', '..##..', '......'])
    expect(picture(5)).toEqual(['.......', '..###..', '.#####.', '.#####.', '.#####.', '..###..', '.......'])
  })

  it('is symmetrical for every diameter', () => {
    for (let diameter = 1; diameter <= MAX_DIAMETER; diameter++) {
      const widths: number[] = []
      const centres = new Set<number>()
      const at = diameter + 1
      const size = { width: 2 * diameter + 4, height: 2 * diameter + 4 }
      const shift = diameter % 2 === 0 ? 0 : 1
      strokeSpans({ x: at, y: at }, { x: at, y: at }, diameter, size, (_, start, end) => {
        centres.add(start + end)
        widths.push(end - start)
      })
      expect([...centres]).toEqual([2 * at + shift])
      expect(widths).toHaveLength(diameter)
      expect([...widths].reverse()).toEqual(widths)
      expect(Math.max(...widths)).toBe(diameter)
    }
  })

  it('covers exactly the union of the discs on the line, clipped', () => {
    const coordinate = fc.integer({ min: -12, max: 40 })
    const cell = fc.record({ x: coordinate, y: coordinate })
    const size = fc.record({
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(cell, cell, fc.integer({ min: 1, max: 24 }), size, (from, to, diameter, area) => {
        const { pixels, rect } = painted(from, to, diameter, area)
        expect(pixels).toEqual(oracle(from, to, diameter, area))
        expect(rect).toEqual(boundsOf(pixels))
      }),
      { numRuns: 300 },
    )
  })

  it('leaves no gap on a long line of one pixel', () => {
    const { pixels } = painted({ x: 0, y: 0 }, { x: 99, y: 37 }, 1, { width: 100, height: 100 })
    expect(pixels.size).toBe(100)
  })
})

describe('brushCell', () => {
  it('puts odd brushes on the pixel and even ones on the nearest corner', () => {
    expect(brushCell({ x: 4.9, y: 4.1 }, 1)).toEqual({ x: 4, y: 4 })
    expect(brushCell({ x: 4.9, y: 4.1 }, 2)).toEqual({ x: 5, y: 4 })
  })
})
