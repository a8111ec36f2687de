import { expect, it } from 'vitest'
import { bestColumns } from './columns'

it('gives each pane the largest picture', () => {
  const photo = { width: 640, height: 480 }
  const columns = (width: number, height: number): number => bestColumns(4, { width, height }, photo)
  expect([columns(936, 424), columns(936, 250), columns(400, 900), columns(900, 700)]).toEqual([2, 4, 1, 2])
  expect(bestColumns(0, { width: 1, height: 1 }, null)).toBe(1)
})
