import { combine, createMask } from '../../../../shared/mask'
import { curveMask } from '../../../../shared/boundaries/curve'
import { polygonMask } from '../../../../shared/selection/shapes'
import { EDGE_PARAMS, edgeCosts, edgeNeeds } from '../edge-source'
import { defineTool, type ToolGesture } from '../tool'
import { centre, wireGesture } from '../wire-gesture'
import { selecting } from './selecting'

export const liveWire = defineTool({
  id: 'live-wire',
  label: 'Select along edges (live-wire)',
  title: 'Live-wire',
  hint: 'Click along an edge; the line follows it. Enter, a double click or a click on the start closes it.',
  icon: 'live-wire',
  key: 'v',
  group: 'select',
  selects: true,
  params: EDGE_PARAMS,
  needs: edgeNeeds,
  begin(context, sample, modifiers): ToolGesture | null {
    const costs = edgeCosts(context)
    if (!costs) return null
    const { select } = selecting(context, modifiers, 'Select along edges')
    return wireGesture(context, costs, sample, {
      close: true,
      finish: (path) => {
        const { size } = context
        // The line itself belongs to what it encloses.
        const enclosed = polygonMask(path.map(centre), size)
        select(path.length > 2 ? combine(enclosed, curveMask([path], size), 'add') : createMask(size))
      },
    })
  },
})
