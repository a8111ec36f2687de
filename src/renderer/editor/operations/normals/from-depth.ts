import { FROM_DEPTH_DEFAULTS, normalsFromDepth } from '../../../../shared/normals/from-depth'
import { asScalar, editNormals, kept } from '../dense'
import { defineOperation } from '../operation'
import { DEPTH_SOURCE_PARAM } from '../params'

export const normalsOfDepth = defineOperation({
  id: 'normals-from-depth',
  label: 'Normals from depth',
  hint: 'The direction of the surface that the depth shows, seen by the camera below.',
  group: 'Normals',
  kinds: ['vector'],
  params: {
    source: DEPTH_SOURCE_PARAM,
    radius: {
      kind: 'number',
      label: 'Window',
      initial: FROM_DEPTH_DEFAULTS.radius,
      min: 1,
      max: 15,
      step: 1,
      unit: 'px',
    },
    step: {
      kind: 'number',
      label: 'Edge above',
      initial: FROM_DEPTH_DEFAULTS.step * 100,
      min: 1,
      max: 50,
      step: 1,
      unit: '%',
    },
  },
  needs: ({ values }) => [{ task: 'depth', source: values.source }],
  run(context) {
    const { source, radius, step } = context.values
    context.label('Normals from depth')
    const depth = asScalar(context.map(source, 'depth'))
    const options = { radius: Math.round(radius), step: step / 100 }
    let left = 0
    editNormals(context, (map, mask) => {
      left = normalsFromDepth(map, mask, depth, context.host.intrinsics, options)
    })
    return kept(left, 'the depth around them shows no surface')
  },
})
