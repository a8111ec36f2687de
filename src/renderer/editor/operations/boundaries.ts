import { edgesFromClasses, edgesFromDepth, thinBoundaries } from '../../../shared/boundaries/edges'
import { snapBoundaries } from '../../../shared/boundaries/snap'
import type { ProbabilityMap } from '../../../shared/maps'
import type { Mask } from '../../../shared/mask'
import type { GestureContext } from '../gesture-context'
import { EDGE_PARAMS, edgeCosts, edgeNeeds } from '../tools/edge-source'
import { defineOperation } from './operation'

const REPLACE = { kind: 'switch', label: 'Instead of those there', initial: false } as const

export const boundariesFromClasses = defineOperation({
  id: 'boundaries-from-classes',
  label: 'Boundaries from the classes',
  hint: 'Draws a boundary at every pixel whose right or lower neighbour has another class.',
  group: 'Boundaries',
  kinds: ['probability'],
  params: { replace: REPLACE },
  needs: () => [{ task: 'semseg', source: 'corrected' }],
  run: (context) => {
    const classes = context.map('corrected', 'semseg')
    if (classes?.kind !== 'class') return
    onBoundaries(context, (map, mask) => edgesFromClasses(map, mask, classes, context.values))
  },
})

export const boundariesFromDepth = defineOperation({
  id: 'boundaries-from-depth',
  label: 'Boundaries from the depth',
  hint: 'Draws a boundary where the depth jumps by more than a share of the nearer side.',
  group: 'Boundaries',
  kinds: ['probability'],
  params: {
    share: {
      kind: 'number',
      label: 'Jump over',
      initial: 5,
      min: 0.5,
      max: 50,
      step: 0.5,
      digits: 1,
      unit: '%',
    },
    replace: REPLACE,
  },
  needs: () => [{ task: 'depth', source: 'corrected' }],
  run: (context) => {
    const depth = context.map('corrected', 'depth')
    if (depth?.kind !== 'scalar') return
    const { share, replace } = context.values
    onBoundaries(context, (map, mask) => edgesFromDepth(map, mask, depth, { replace, relative: share / 100 }))
  },
})

export const thinLines = defineOperation({
  id: 'thin-boundaries',
  label: 'Thin to one pixel',
  hint: 'Takes thick boundaries down to lines one pixel wide that connect the same.',
  group: 'Boundaries',
  kinds: ['probability'],
  run: (context) => onBoundaries(context, thinBoundaries),
})

export const snapLines = defineOperation({
  id: 'snap-boundaries',
  label: 'Snap to edges',
  hint: 'Moves boundaries onto the strongest edges near them; thin them first.',
  group: 'Boundaries',
  kinds: ['probability'],
  params: {
    ...EDGE_PARAMS,
    reach: { kind: 'number', label: 'Within', initial: 3, min: 1, max: 20, step: 1, unit: 'px' },
  },
  needs: ({ values }) => edgeNeeds({ values }),
  run: (context) => {
    const costs = edgeCosts(context)
    if (costs) onBoundaries(context, (map, mask) => snapBoundaries(map, mask, costs, context.values.reach))
  },
})

function onBoundaries(
  context: GestureContext<unknown>,
  kernel: (map: ProbabilityMap, mask: Mask) => void,
): void {
  context.edit((map, mask) => {
    if (map.kind === 'probability') kernel(map, mask)
  })
}
