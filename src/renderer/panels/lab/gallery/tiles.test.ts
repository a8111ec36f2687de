import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tilesInSight } from './tiles'

it('draws every tile in sight, and few others', () => {
  const size = fc.record({
    count: fc.integer({ min: 0, max: 1024 }),
    width: fc.integer({ min: 50, max: 4000 }),
    height: fc.integer({ min: 0, max: 2000 }),
    top: fc.integer({ min: 0, max: 20_000 }),
  })
  fc.assert(
    fc.property(size, ({ count, width, height, top }) => {
      const {
        columns,
        from,
        to,
        height: total,
      } = tilesInSight(count, { width, height, top }, { least: 120, row: 80 })
      expect(total).toBe(Math.ceil(count / columns) * 80)
      for (let at = 0; at < count; at++) {
        const y = Math.floor(at / columns) * 80
        if (y + 80 > top && y < top + height) expect(at >= from && at < to).toBe(true)
      }
      expect(to - from).toBeLessThanOrEqual((Math.ceil(height / 80) + 3) * columns)
    }),
  )
})
