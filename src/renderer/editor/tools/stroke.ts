import { Coverage } from '../../../shared/coverage'
import type { DenseMap } from '../../../shared/maps'
import { brushCell, type SpanVisitor } from '../../../shared/raster'
import { cellFromImage, type PixelRect } from '../../../shared/space'
import type { TaskId } from '../../../shared/tasks'
import type { GestureContext } from '../gesture-context'
import type { PointerSample, ToolGesture } from './tool'

/** What a stroke does to pixels of one map: called once for every pixel of the stroke, in spans of a row. */
export interface Ink {
  readonly task: TaskId
  readonly paint: (map: DenseMap, rect: PixelRect, each: (visit: SpanVisitor) => void) => void
}

/**
 * A stroke of the brush: a chain of capsules, or of swept squares, through every position of the pointer. Each pixel is
 * given to the inks once. It stops at the barrier when one is chosen; the transaction sees to the other limits.
 */
export function strokeGesture(
  context: GestureContext<unknown>,
  first: PointerSample,
  inks: readonly Ink[],
): ToolGesture {
  const { host } = context
  const { shape, size, pressure } = host.brush
  const coverage = new Coverage(host.size, shape, host.barrier())
  let last: { from: PointerSample; cell: { x: number; y: number }; diameter: number } | null = null

  const to = (sample: PointerSample): void => {
    const diameter = pressure ? Math.max(1, Math.round(size * sample.pressure)) : size
    const cell = brushCell(sample, diameter)
    // A pointer that rests within one pixel paints nothing new.
    if (last?.diameter === diameter && last.cell.x === cell.x && last.cell.y === cell.y) return
    const from = last ? brushCell(last.from, diameter) : cell
    last = { from: sample, cell, diameter }
    const piece = coverage.add(from, cell, diameter, cellFromImage(sample))
    if (!piece) return
    for (const { task, paint } of inks)
      context.write(piece.rect, (map) => paint(map, piece.rect, piece.each), task)
  }

  to(first)
  return { move: (samples) => samples.forEach(to), finish: () => undefined }
}
