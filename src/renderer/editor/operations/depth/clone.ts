import { cloneDepth, levelAtRim, shiftDepth } from '../../../../shared/depth/clone'
import { formatMetres } from '../../amounts'
import { editDepth, kept } from '../dense'
import { defineOperation } from '../operation'

const offset = { kind: 'number', min: -2000, max: 2000, step: 1, unit: 'px' } as const

export const cloneDepthOperation = defineOperation({
  id: 'depth-clone',
  label: 'Clone depth from elsewhere',
  hint: 'Copies the depth found at an offset into the selection.',
  group: 'Depth',
  kinds: ['scalar'],
  selected: true,
  params: {
    right: { ...offset, label: 'From right', initial: 20 },
    down: { ...offset, label: 'From below', initial: 0 },
    match: { kind: 'switch', label: 'Match the level at the rim', initial: true },
  },
  run(context) {
    const { right, down, match } = context.values
    context.label('Clone depth')
    let left = 0
    let level = 0
    editDepth(context, (map, mask) => {
      const source = shiftDepth(map, Math.round(right), Math.round(down))
      level = match ? (levelAtRim(map, mask, source) ?? 0) : 0
      left = cloneDepth(map, mask, source, level)
    })
    const shifted = level === 0 ? undefined : `Level ${formatMetres(level)}.`
    return [shifted, kept(left, 'there is no depth at their source')].filter(Boolean).join(' ')
  },
})
