import { createMask } from '../../../../shared/mask'
import { polygonMask } from '../../../../shared/selection/shapes'
import type { ImagePoint } from '../../../../shared/space'
import { defineTool, type ToolGesture } from '../tool'
import { selecting } from './selecting'

/** A click this near (CSS pixels) to a point of the shape is a click on it. */
export const SNAP = 8

export const polygon = defineTool({
  id: 'polygon',
  label: 'Select a polygon',
  title: 'Polygon',
  hint: 'Click the corners. Enter, a double click or a click on the first corner closes it; Backspace takes one back.',
  icon: 'polygon',
  key: 'shift+q',
  group: 'select',
  selects: true,
  begin(context, sample, modifiers): ToolGesture {
    const { select } = selecting(context, modifiers, 'Select a polygon')
    const points: ImagePoint[] = [sample]
    let hover: ImagePoint = sample
    const near = (a: ImagePoint, b: ImagePoint | undefined): boolean =>
      b !== undefined && Math.hypot(a.x - b.x, a.y - b.y) * context.host.scale <= SNAP
    return {
      move: (samples) => {
        hover = samples.at(-1) ?? hover
      },
      press: (next) => {
        if (near(next, points.at(-1)) || (points.length > 2 && near(next, points[0]))) return true
        points.push(next)
        return false
      },
      back: () => {
        points.pop()
        return points.length > 0
      },
      finish: () => select(points.length > 2 ? polygonMask(points, context.size) : createMask(context.size)),
      overlay: () => [
        { kind: 'path', points: [...points, hover], closed: points.length > 1 },
        ...points.map((at) => ({ kind: 'point' as const, at })),
      ],
    }
  },
})
