import type { Vec3 } from '../../../shared/camera'
import type { VectorMap } from '../../../shared/maps'
import type { Mask } from '../../../shared/mask'
import { flipNormals } from '../../../shared/normals/flip'
import { invalidateNormals, setNormals } from '../../../shared/normals/set'
import { smoothNormals } from '../../../shared/normals/smooth'
import type { PixelRect } from '../../../shared/space'
import { asVector } from '../operations/dense'
import { AXIS_PARAM } from '../operations/normals/flip'
import { BRUSH_SIGMA } from '../operations/params'
import { only } from '../params'
import { formatValue } from '../values'
import { cropMask, patchInk } from './patch-ink'
import { strokeGesture } from './stroke'
import { defineTool, type ToolGesture } from './tool'

export const normalsBrush = defineTool({
  id: 'normals-brush',
  label: 'Normals brush',
  hint: 'Changes normals under the brush, every pixel once a stroke; they keep length 1.',
  icon: 'normals-brush',
  key: 'shift+n',
  group: 'paint',
  kinds: ['vector'],
  edits: true,
  brush: true,
  params: {
    mode: {
      kind: 'choice',
      label: 'Does',
      initial: 'set',
      options: [
        { value: 'set', label: 'set the direction' },
        { value: 'smooth', label: 'smooth' },
        { value: 'flip', label: 'flip an axis' },
        { value: 'invalid', label: 'mark as unknown' },
      ],
    },
    sigma: { ...BRUSH_SIGMA, when: only('mode', 'smooth') },
    axis: { ...AXIS_PARAM, when: only('mode', 'flip') },
  },
  begin(context, sample): ToolGesture {
    const { mode, sigma, axis } = context.values
    const stroke = (
      label: string,
      reach: number,
      kernel: (map: VectorMap, mask: Mask, box: PixelRect) => void,
    ): ToolGesture => {
      context.label(label)
      const ink = patchInk(context, reach, (patch, mask, box) => kernel(asVector(patch), mask, box))
      return strokeGesture(context, sample, [ink])
    }
    switch (mode) {
      case 'set': {
        const [x = 0, y = 0, z = 0] = context.value
        const direction: Vec3 = [x, y, z]
        return x === 0 && y === 0 && z === 0
          ? stroke('Mark normals as unknown', 0, invalidateNormals)
          : stroke(`Set normals to ${formatValue(context.task, direction)}`, 0, (map, mask) =>
              setNormals(map, mask, direction),
            )
      }
      case 'smooth':
        return stroke('Smooth normals', Math.ceil(3 * sigma) + 1, (map, mask, box) =>
          smoothNormals(map, mask, sigma, cropMask(context.selection, box)),
        )
      case 'flip':
        return stroke(`Flip normals in ${axis}`, 0, (map, mask) => flipNormals(map, mask, axis))
      case 'invalid':
        return stroke('Mark normals as unknown', 0, invalidateNormals)
    }
  },
})
