import { smoothDepth } from '../../../../shared/depth/smooth'
import { MAX_SIGMA } from '../../../../shared/gaussian'
import { editDepth } from '../dense'
import { defineOperation } from '../operation'

/** What smoothing asks for, for depth and normals alike. */
export const SMOOTH_PARAMS = {
  sigma: {
    kind: 'number',
    label: 'Sigma',
    initial: 3,
    min: 0.5,
    max: MAX_SIGMA,
    step: 0.5,
    unit: 'px',
    digits: 1,
  },
  inside: { kind: 'switch', label: 'Only from the selection', initial: true },
} as const

export const smoothDepthOperation = defineOperation({
  id: 'depth-smooth',
  label: 'Smooth depth',
  hint: 'Gaussian mean of the known depths around; unknown pixels are neither used nor filled.',
  group: 'Depth',
  kinds: ['scalar'],
  params: SMOOTH_PARAMS,
  run(context) {
    const { sigma, inside } = context.values
    context.label(`Smooth depth, sigma ${sigma} px`)
    editDepth(context, (map, mask) => smoothDepth(map, mask, sigma, inside ? context.selection : null))
  },
})
