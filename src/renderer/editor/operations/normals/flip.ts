import { flipNormals } from '../../../../shared/normals/flip'
import { editNormals } from '../dense'
import { defineOperation } from '../operation'

/** Which component changes its sign, for the operation and the brush. */
export const AXIS_PARAM = {
  kind: 'choice',
  label: 'Axis',
  initial: 'x',
  options: [
    { value: 'x', label: 'x (right)' },
    { value: 'y', label: 'y (up)' },
    { value: 'z', label: 'z (towards the camera)' },
  ],
} as const

export const flipNormalsOperation = defineOperation({
  id: 'normals-flip',
  label: 'Flip an axis of the normals',
  hint: 'Turns the sign of one component of the selected normals.',
  group: 'Normals',
  kinds: ['vector'],
  params: { axis: AXIS_PARAM },
  run(context) {
    const { axis } = context.values
    context.label(`Flip normals in ${axis}`)
    editNormals(context, (map, mask) => flipNormals(map, mask, axis))
  },
})
