import { fillDepth } from '../../../../shared/depth/fill'
import { formatPixels } from '../../amounts'
import { editDepth, kept } from '../dense'
import { defineOperation } from '../operation'

export const fillDepthHoles = defineOperation({
  id: 'depth-fill',
  label: 'Fill depth from the rim',
  hint: 'Spans the depth smoothly (Laplace) between the known pixels around each hole.',
  group: 'Depth',
  kinds: ['scalar'],
  params: {
    what: {
      kind: 'choice',
      label: 'Fill',
      initial: 'holes',
      options: [
        { value: 'holes', label: 'unknown pixels' },
        { value: 'everything', label: 'everything selected' },
      ],
    },
  },
  run(context) {
    context.label('Fill depth from the rim')
    let result = ''
    editDepth(context, (map, mask) => {
      const found = fillDepth(map, mask, context.values.what)
      const alone = kept(found.kept, 'no known depth touches them')
      result = [`${formatPixels(found.filled)} filled.`, alone].filter(Boolean).join(' ')
    })
    return result
  },
})
