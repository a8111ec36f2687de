import { alignDepth } from '../../../../shared/depth/align'
import { rescaleDepth } from '../../../../shared/depth/rescale'
import { formatMetres, formatPixels, formatUsed } from '../../amounts'
import { asScalar, editDepth } from '../dense'
import { defineOperation } from '../operation'

export const alignDepthOperation = defineOperation({
  id: 'depth-align',
  label: 'Align depth by scale and shift',
  hint: 'Scales and shifts the selected depths to come as near as possible to the prediction or the original label.',
  group: 'Depth',
  kinds: ['scalar'],
  params: {
    to: {
      kind: 'choice',
      label: 'To',
      initial: 'prediction',
      options: [
        { value: 'prediction', label: 'the prediction' },
        { value: 'label', label: 'the original label' },
      ],
    },
    model: {
      kind: 'choice',
      label: 'By',
      initial: 'scale and shift',
      options: [
        { value: 'scale and shift', label: 'scale and shift' },
        { value: 'scale', label: 'scale alone' },
        { value: 'shift', label: 'shift alone' },
      ],
    },
    robust: { kind: 'switch', label: 'Ignore outliers', initial: true },
  },
  needs: ({ values }) => [{ source: values.to }],
  run(context) {
    const { to, model, robust } = context.values
    context.label(`Align depth to the ${to}`)
    const reference = asScalar(context.map(to))
    let result = ''
    editDepth(context, (map, mask) => {
      const { scale, shift, rms, pixels, used } = alignDepth(map, reference, mask, model, robust)
      rescaleDepth(map, mask, scale, shift)
      result =
        `Scale ${scale.toFixed(4)}, shift ${formatMetres(shift)}; ` +
        `${formatMetres(rms)} RMS over ${formatPixels(pixels)}${formatUsed(used)}.`
    })
    return result
  },
})
