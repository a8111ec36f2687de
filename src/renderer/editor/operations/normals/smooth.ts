import { smoothNormals } from '../../../../shared/normals/smooth'
import { SMOOTH_PARAMS } from '../depth/smooth'
import { editNormals } from '../dense'
import { defineOperation } from '../operation'

export const smoothNormalsOperation = defineOperation({
  id: 'normals-smooth',
  label: 'Smooth normals on the sphere',
  hint: 'Mean direction of the known normals around; the result keeps length 1.',
  group: 'Normals',
  kinds: ['vector'],
  params: SMOOTH_PARAMS,
  run(context) {
    const { sigma, inside } = context.values
    context.label(`Smooth normals, sigma ${sigma} px`)
    editNormals(context, (map, mask) => smoothNormals(map, mask, sigma, inside ? context.selection : null))
  },
})
