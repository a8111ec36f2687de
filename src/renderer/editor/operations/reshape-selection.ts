import { combine, growMask, shrinkMask } from '../../../shared/mask'
import { closeMask, holesOf, largestPart } from '../../../shared/selection/morphology'
import { defineOperation } from './operation'

const RADIUS = { kind: 'number', label: 'By', initial: 3, min: 1, max: 50, step: 1, unit: 'px' } as const

export const growSelection = defineOperation({
  id: 'grow-selection',
  label: 'Grow the selection',
  hint: 'Selects also every pixel this near to a selected one.',
  group: 'Selection',
  edits: false,
  selected: true,
  params: { radius: RADIUS },
  run: (context) => context.select(growMask(context.mask, context.values.radius)),
})

export const shrinkSelection = defineOperation({
  id: 'shrink-selection',
  label: 'Shrink the selection',
  hint: 'Drops every pixel this near to one that is not selected.',
  group: 'Selection',
  edits: false,
  selected: true,
  params: { radius: RADIUS },
  run: (context) => context.select(shrinkMask(context.mask, context.values.radius)),
})

export const closeSelection = defineOperation({
  id: 'close-selection',
  label: 'Close gaps and holes of the selection',
  hint: 'Selects gaps narrower than a disc of this radius, and every enclosed hole.',
  group: 'Selection',
  edits: false,
  selected: true,
  params: { radius: { ...RADIUS, label: 'Gaps up to', initial: 2, min: 0 } },
  run: (context) => {
    const closed = closeMask(context.mask, context.values.radius)
    context.select(combine(closed, holesOf(closed), 'add'))
  },
})

export const largestSelected = defineOperation({
  id: 'largest-part',
  label: 'Keep the largest part',
  hint: 'Drops all but the largest connected part of the selection.',
  group: 'Selection',
  edits: false,
  selected: true,
  run: (context) => context.select(largestPart(context.mask)),
})
