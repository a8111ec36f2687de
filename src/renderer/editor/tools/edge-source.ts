import { boundaryCosts, depthCosts, photoCosts } from '../../../shared/selection/edge-costs'
import type { CostPlane } from '../../../shared/selection/live-wire'
import type { GestureContext } from '../gesture-context'
import type { Param, ValuesOf } from '../params'
import type { Needed } from './tool'

/** Which edges a live-wire or a snapping curve follows. */
export const EDGE_PARAMS = {
  edges: {
    kind: 'choice',
    label: 'Follows',
    initial: 'photo',
    options: [
      { value: 'photo', label: 'edges of the photo' },
      { value: 'predicted', label: 'predicted boundaries' },
      { value: 'boundaries', label: 'corrected boundaries' },
      { value: 'depth', label: 'jumps of the depth' },
    ],
  },
} as const satisfies Record<string, Param>

type EdgeValues = ValuesOf<typeof EDGE_PARAMS>

export function edgeNeeds({ values }: { values: EdgeValues }): readonly Needed[] {
  switch (values.edges) {
    case 'photo':
      return [{ source: 'photo' }]
    case 'predicted':
      return [{ task: 'edge', source: 'prediction' }]
    case 'boundaries':
      return [{ task: 'edge', source: 'corrected' }]
    case 'depth':
      return [{ task: 'depth', source: 'corrected' }]
  }
}

/** Costs of what never changes once it is loaded: photos and predictions. */
const KNOWN = new WeakMap<object, CostPlane>()

/** The costs of the chosen edges as they are now; null when they are not loaded. */
export function edgeCosts(context: GestureContext<EdgeValues>): CostPlane | null {
  switch (context.values.edges) {
    case 'photo': {
      const { photo } = context
      return photo && known(photo, () => photoCosts(photo))
    }
    case 'predicted': {
      const map = context.map('prediction', 'edge')
      return map?.kind === 'probability' ? known(map, () => boundaryCosts(map)) : null
    }
    case 'boundaries': {
      const map = context.map('corrected', 'edge')
      return map?.kind === 'probability' ? boundaryCosts(map) : null
    }
    case 'depth': {
      const map = context.map('corrected', 'depth')
      return map?.kind === 'scalar' ? depthCosts(map) : null
    }
  }
}

function known(key: object, make: () => CostPlane): CostPlane {
  let costs = KNOWN.get(key)
  if (!costs) KNOWN.set(key, (costs = make()))
  return costs
}
