import { curveMask, curveThrough } from '../../../../shared/boundaries/curve'
import { fillMask } from '../../../../shared/write'
import { EDGE_PARAMS, edgeCosts, edgeNeeds } from '../edge-source'
import { defineTool, type ToolGesture } from '../tool'
import { wireGesture } from '../wire-gesture'

export const wireCurve = defineTool({
  id: 'wire-curve',
  label: 'Draw a boundary along edges (live-wire)',
  title: 'Boundary live-wire',
  hint: 'Click along an edge; the boundary follows it. Enter or a double click ends it.',
  icon: 'wire-curve',
  key: 'shift+t',
  group: 'draw',
  kinds: ['probability'],
  edits: true,
  params: EDGE_PARAMS,
  needs: edgeNeeds,
  begin(context, sample): ToolGesture | null {
    const costs = edgeCosts(context)
    if (!costs) return null
    context.label('Draw a boundary along edges')
    return wireGesture(context, costs, sample, {
      close: false,
      finish: (path) =>
        context.edit((map, mask) => fillMask(map, mask, [1]), curveMask([curveThrough(path)], context.size)),
    })
  },
})
