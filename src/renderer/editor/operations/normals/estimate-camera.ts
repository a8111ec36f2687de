import { intrinsicsFromFieldOfView } from '../../../../shared/camera'
import { estimateFieldOfView } from '../../../../shared/normals/estimate-camera'
import { formatPixels } from '../../amounts'
import { asScalar, asVector } from '../dense'
import { defineOperation } from '../operation'

export const estimateCamera = defineOperation({
  id: 'estimate-camera',
  label: 'Estimate the camera from the labels',
  hint: "Finds the field of view for which this sample's depth and normals agree best, and keeps it for the data set.",
  group: 'Normals',
  kinds: ['vector', 'scalar'],
  edits: false,
  needs: () => [
    { task: 'depth', source: 'label' },
    { task: 'normals', source: 'label' },
  ],
  run(context) {
    const { degrees, error, pixels } = estimateFieldOfView(
      asScalar(context.map('label', 'depth')),
      asVector(context.map('label', 'normals')),
    )
    context.host.setIntrinsics(intrinsicsFromFieldOfView(context.size, degrees))
    return `Field of view ${degrees.toFixed(1)}°: depth and normals of ${formatPixels(pixels)} differ by ${error.toFixed(2)}° (median).`
  },
})
