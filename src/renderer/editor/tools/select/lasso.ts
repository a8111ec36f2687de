import { polygonMask } from '../../../../shared/selection/shapes'
import type { ImagePoint } from '../../../../shared/space'
import { defineTool } from '../tool'
import { selecting } from './selecting'

export const lasso = defineTool({
  id: 'lasso',
  label: 'Select freehand (lasso)',
  title: 'Lasso',
  hint: 'Drag around what to select; the path closes by itself. A click selects nothing.',
  icon: 'lasso',
  key: 'q',
  group: 'select',
  selects: true,
  begin(context, sample, modifiers) {
    const { select } = selecting(context, modifiers, 'Select freehand')
    const points: ImagePoint[] = [sample]
    return {
      move: (samples) => {
        for (const { x, y } of samples) points.push({ x, y })
      },
      finish: () => select(polygonMask(points, context.size)),
      overlay: () => [{ kind: 'path', points, closed: true }],
    }
  },
})
