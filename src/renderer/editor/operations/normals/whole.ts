import { renormalise } from '../../../../shared/normals/renormalise'
import { invalidateNormals } from '../../../../shared/normals/set'
import { editNormals } from '../dense'
import { defineOperation } from '../operation'

export const invalidateNormalsOperation = defineOperation({
  id: 'normals-invalid',
  label: 'Mark normals as unknown',
  hint: 'The selected pixels have no normal any more; training leaves them out.',
  group: 'Normals',
  kinds: ['vector'],
  run: (context) => editNormals(context, invalidateNormals),
})

export const renormaliseOperation = defineOperation({
  id: 'normals-unit',
  label: 'Make normals length 1',
  hint: 'Scales the selected vectors to length 1.',
  group: 'Normals',
  kinds: ['vector'],
  run: (context) => editNormals(context, renormalise),
})
