import { createMask } from '../../../../shared/mask'
import { rectangleMask } from '../../../../shared/selection/shapes'
import { cellFromImage } from '../../../../shared/space'
import { defineTool } from '../tool'
import { selecting } from './selecting'

export const rectangle = defineTool({
  id: 'rectangle',
  label: 'Select a rectangle',
  title: 'Rectangle',
  hint: 'Drag from corner to corner. A click selects nothing.',
  icon: 'rectangle',
  key: 'r',
  group: 'select',
  selects: true,
  begin(context, sample, modifiers) {
    const { select } = selecting(context, modifiers, 'Select a rectangle')
    const first = cellFromImage(sample)
    let last = first
    let moved = false
    return {
      move: (samples) => {
        const to = samples.at(-1)
        if (to) last = cellFromImage(to)
        moved ||= last.x !== first.x || last.y !== first.y
      },
      finish: () => select(moved ? rectangleMask(first, last, context.size) : createMask(context.size)),
      overlay: () => {
        const [x, y] = [Math.min(first.x, last.x), Math.min(first.y, last.y)]
        const [width, height] = [Math.abs(last.x - first.x) + 1, Math.abs(last.y - first.y) + 1]
        return moved
          ? [
              { kind: 'box', rect: { x, y, width, height } },
              { kind: 'text', at: { x: x + width, y: y + height }, text: `${width} × ${height}` },
            ]
          : []
      },
    }
  },
})
