import { applyDepthPlane, fitDepthPlane, planeNormal } from '../../../../shared/depth/plane'
import { angleBetween } from '../../../../shared/camera'
import { formatMetres, formatPixels, formatUsed } from '../../amounts'
import { editDepth } from '../dense'
import { defineOperation } from '../operation'

export const depthPlane = defineOperation({
  id: 'depth-plane',
  label: 'Fit a plane to the depth',
  hint: 'Puts the selection on the plane nearest to its known depths.',
  group: 'Depth',
  kinds: ['scalar'],
  params: {
    model: {
      kind: 'choice',
      label: 'Plane',
      initial: 'space',
      options: [
        { value: 'space', label: 'flat surface in space' },
        { value: 'ramp', label: 'depth as a ramp in the image' },
      ],
    },
    robust: { kind: 'switch', label: 'Ignore outliers', initial: true },
    fill: { kind: 'switch', label: 'Also fill unknown pixels', initial: true },
  },
  run(context) {
    const { model, robust, fill } = context.values
    context.label('Fit a plane to the depth')
    let result = ''
    editDepth(context, (map, mask) => {
      const { plane, pixels, used, rms } = fitDepthPlane(map, mask, model, robust)
      applyDepthPlane(map, mask, plane, fill)
      const normal = model === 'space' ? planeNormal(plane, context.host.intrinsics) : null
      const slant = normal
        ? ` It faces ${angleBetween(normal, [0, 0, 1]).toFixed(1)}° off the camera's axis.`
        : ''
      result = `Residual ${formatMetres(rms)} RMS over ${formatPixels(pixels)}${formatUsed(used)}.${slant}`
    })
    return result
  },
})
