import { cellsAlong } from '../../shared/lab/class-cells'
import { headerOf } from './grid'
import type { LabSample } from './sample'

/** Cells of a scale's grid that a selection (a byte per pixel of the image) touches, and how many of its pixels each. */
export function regionCells(sample: LabSample, scale: number, region: Uint8Array): Map<number, number> {
  const { width, height, imageRect } = headerOf(sample, scale)
  const columns = cellsAlong(sample.size.width, imageRect.x, imageRect.width, width)
  const rows = cellsAlong(sample.size.height, imageRect.y, imageRect.height, height)
  const cells = new Map<number, number>()
  for (let y = 0, at = 0; y < sample.size.height; y++)
    for (let x = 0; x < sample.size.width; x++, at++) {
      if (!region[at]) continue
      const cell = rows[y]! * width + columns[x]!
      cells.set(cell, (cells.get(cell) ?? 0) + 1)
    }
  return cells
}
