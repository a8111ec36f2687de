import { curveMask, curveThrough } from '../../../../shared/boundaries/curve'
import { snappedCurve } from '../../../../shared/boundaries/snap'
import type { CellPoint } from '../../../../shared/space'
import { fillMask } from '../../../../shared/write'
import type { Chosen } from '../../params'
import { EDGE_PARAMS, edgeCosts, edgeNeeds } from '../edge-source'
import { defineTool, type ToolGesture } from '../tool'
import { cellInside, centre } from '../wire-gesture'

const snaps = ({ snap }: Chosen): boolean => snap === true

export const curve = defineTool({
  id: 'curve',
  label: 'Draw a boundary',
  title: 'Boundary pen',
  hint: 'Drag to draw a boundary one pixel wide.',
  icon: 'curve',
  key: 't',
  group: 'draw',
  kinds: ['probability'],
  edits: true,
  params: {
    snap: { kind: 'switch', label: 'Snap to edges', initial: false },
    reach: {
      kind: 'number',
      label: 'Within',
      initial: 4,
      min: 1,
      max: 20,
      step: 1,
      unit: 'px',
      when: snaps,
    },
    edges: { ...EDGE_PARAMS.edges, when: snaps },
  },
  needs: ({ values }) => (values.snap ? edgeNeeds({ values }) : []),
  begin(context, sample): ToolGesture | null {
    const costs = context.values.snap ? edgeCosts(context) : null
    if (context.values.snap && !costs) return null
    context.label('Draw a boundary')
    const { size, values } = context
    const cells: CellPoint[] = [cellInside(sample, size)]
    const drawn = (): CellPoint[] => {
      const line = curveThrough(cells)
      return costs ? snappedCurve(line, costs, size, values.reach) : line
    }
    return {
      move: (samples) => {
        for (const one of samples) cells.push(cellInside(one, size))
      },
      finish: () => context.edit((map, mask) => fillMask(map, mask, [1]), curveMask([drawn()], size)),
      overlay: () => [{ kind: 'path', points: curveThrough(cells).map(centre), closed: false }],
    }
  },
})
