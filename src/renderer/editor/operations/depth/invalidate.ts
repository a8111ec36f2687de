import { invalidateDepth } from '../../../../shared/depth/set'
import { editDepth } from '../dense'
import { defineOperation } from '../operation'

export const invalidateDepthOperation = defineOperation({
  id: 'depth-invalid',
  label: 'Mark depth as unknown',
  hint: 'The selected pixels have no depth any more; training leaves them out.',
  group: 'Depth',
  kinds: ['scalar'],
  run: (context) => editDepth(context, invalidateDepth),
})
