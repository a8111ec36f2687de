import { rescaleDepth } from '../../../../shared/depth/rescale'
import { formatMetres } from '../../amounts'
import { editDepth, kept } from '../dense'
import { defineOperation } from '../operation'

const BEHIND = 'their depth would not be above 0'

export const raiseDepth = defineOperation({
  id: 'depth-raise',
  label: 'Raise or lower depth',
  hint: 'Adds metres to the selected depths; below zero brings them nearer.',
  group: 'Depth',
  kinds: ['scalar'],
  params: {
    by: { kind: 'number', label: 'By', initial: 0.1, min: -5, max: 5, step: 0.01, unit: 'm', digits: 2 },
  },
  run(context) {
    const { by } = context.values
    context.label(`${by < 0 ? 'Lower' : 'Raise'} depth by ${formatMetres(Math.abs(by))}`)
    let left = 0
    editDepth(context, (map, mask) => {
      left = rescaleDepth(map, mask, 1, by)
    })
    return kept(left, BEHIND)
  },
})

export const scaleDepth = defineOperation({
  id: 'depth-scale',
  label: 'Scale depth',
  hint: 'Multiplies the selected depths.',
  group: 'Depth',
  kinds: ['scalar'],
  params: {
    by: { kind: 'number', label: 'By', initial: 1.1, min: 0.1, max: 4, step: 0.01, unit: '×', digits: 2 },
  },
  run(context) {
    const { by } = context.values
    context.label(`Scale depth by ${by.toFixed(2)}`)
    let left = 0
    editDepth(context, (map, mask) => {
      left = rescaleDepth(map, mask, by, 0)
    })
    return kept(left, BEHIND)
  },
})
