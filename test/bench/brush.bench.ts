import { bench, describe } from 'vitest'
import { lineCell, strokeSpans } from '../../src/shared/raster'
import { createMap } from '../../src/shared/maps'

const size = { width: 3840, height: 2160 }
const map = createMap('class', size.width, size.height)
const from = { x: 700, y: 500 }
const to = { x: 1000, y: 620 }
const diameter = 200

/** What most tools do: one full disc per pixel of the line. */
function stampEveryDisc(): void {
  const radius = diameter / 2
  for (let i = 0; i <= to.x - from.x; i++) {
    const cell = lineCell(from, to, i)
    for (let dy = -radius; dy < radius; dy++)
      for (let dx = -radius; dx < radius; dx++)
        if ((dx + 0.5) ** 2 + (dy + 0.5) ** 2 <= radius ** 2)
          map.data[(cell.y + dy) * size.width + cell.x + dx] = 3
  }
}

describe('a 300-pixel stroke with a 200-pixel brush on a 3840x2160 class plane', () => {
  bench('spans of the whole stroke', () => {
    strokeSpans(from, to, diameter, size, (y, start, end) => {
      map.data.fill(3, y * size.width + start, y * size.width + end)
    })
  })
  bench('a disc per pixel', stampEveryDisc)
})
