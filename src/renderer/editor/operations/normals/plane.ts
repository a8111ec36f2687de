import { directionOfDepth, meanDirection } from '../../../../shared/normals/plane'
import { setNormals } from '../../../../shared/normals/set'
import { formatMetres, formatPixels, formatUsed } from '../../amounts'
import { formatValue } from '../../values'
import { asScalar, editNormals } from '../dense'
import { defineOperation } from '../operation'

export const normalsPlane = defineOperation({
  id: 'normals-plane',
  label: 'One direction for a flat surface',
  hint: 'Gives the selection the one direction that fits it best.',
  group: 'Normals',
  kinds: ['vector'],
  params: {
    from: {
      kind: 'choice',
      label: 'From',
      initial: 'normals',
      options: [
        { value: 'normals', label: 'its normals' },
        { value: 'corrected', label: 'a plane through the depth label' },
        { value: 'prediction', label: 'a plane through the predicted depth' },
      ],
    },
    robust: { kind: 'switch', label: 'Ignore outliers', initial: true },
  },
  needs: ({ values }) => (values.from === 'normals' ? [] : [{ task: 'depth', source: values.from }]),
  run(context) {
    const { from, robust } = context.values
    context.label('One direction for a flat surface')
    let result = ''
    editNormals(context, (map, mask) => {
      if (from === 'normals') {
        const { direction, pixels, spread } = meanDirection(map, mask, robust)
        setNormals(map, mask, direction)
        result = `${formatValue(context.task, direction)}; ${formatPixels(pixels)} were ${spread.toFixed(2)}° off it on average.`
        return
      }
      const depth = asScalar(context.map(from, 'depth'))
      const fit = directionOfDepth(depth, mask, context.host.intrinsics, robust)
      setNormals(map, mask, fit.direction)
      result =
        `${formatValue(context.task, fit.direction)}; plane through ${formatPixels(fit.pixels)}, ` +
        `${formatMetres(fit.rms)} RMS${formatUsed(fit.used)}.`
    })
    return result
  },
})
