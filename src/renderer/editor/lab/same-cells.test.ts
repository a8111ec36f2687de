import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planeOfGrid } from '../../../shared/selection/from-map'
import type { TraceRequest } from '../../../shared/lab/wire'
import type { Trace } from '../../api/lab-client'
import { LabMap } from '../../api/lab-map'
import { sameCells } from './same-cells'

const size = { width: 30, height: 20 }
const request: TraceRequest = {
  model: 'abc',
  weighting: 'raw',
  head: null,
  interventions: [],
  task: 'depth',
  x: 2,
  y: 2,
}
/** Two grids of which neither divides the other, padded on all sides. */
const grids = [
  { width: 9, height: 7, imageRect: { x: 0.75, y: 0.5, width: 7.5, height: 6 } },
  { width: 5, height: 4, imageRect: { x: 0.4, y: 0.3, width: 4.2, height: 3.4 } },
]
const answer = {
  maps: grids.map((header, scale) => ({
    task: 'depth',
    scale,
    map: LabMap.ofValues(header, new Float32Array(1), 1),
  })),
} as unknown as Trace

describe('pixels of the same cells', () => {
  it('are those that every grid draws alike', () => {
    const planes = grids.map((grid) => {
      const data = Float32Array.from({ length: grid.width * grid.height }, (_, at) => at)
      return planeOfGrid(data, grid, size)
    })
    const pixel = fc.record({ x: fc.nat(size.width - 1), y: fc.nat(size.height - 1) })
    fc.assert(
      fc.property(pixel, pixel, (a, b) => {
        const drawn = planes.every((plane) => plane[a.y * size.width + a.x] === plane[b.y * size.width + b.x])
        expect(sameCells({ request: { ...request, ...a }, answer }, { ...request, ...b }, size)).toBe(drawn)
      }),
    )
  })

  it('are not enough for another task, head, weighting or list of interventions', () => {
    const shown = { request, answer }
    expect(sameCells(shown, { ...request, x: 3 }, size)).toBe(true)
    const others = [
      { task: 'edge' },
      { head: 1 },
      { weighting: 'contribution' },
      { interventions: [] },
    ] as const
    for (const other of others)
      expect(sameCells(shown, { ...request, ...other } as TraceRequest, size)).toBe(false)
  })
})
