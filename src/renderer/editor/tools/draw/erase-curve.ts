import { boundaryMask, curveNear, tracedCurves } from '../../../../shared/boundaries/curve'
import { fullMask } from '../../../../shared/mask'
import { cellFromImage } from '../../../../shared/space'
import { fillMask } from '../../../../shared/write'
import { SNAP } from '../select/polygon'
import { defineTool, type PointerSample, type ToolGesture } from '../tool'

export const eraseCurve = defineTool({
  id: 'erase-curve',
  label: 'Erase a piece of boundary',
  title: 'Boundary eraser',
  hint: 'Click or drag over boundaries: each piece goes, from one junction or end to the next.',
  icon: 'erase-curve',
  key: 'shift+x',
  group: 'draw',
  kinds: ['probability'],
  edits: true,
  begin(context, sample): ToolGesture | null {
    context.label('Erase boundaries')
    const reach = Math.max(1, SNAP / context.host.scale)
    const map = context.map('corrected')
    if (map?.kind !== 'probability') return null
    const whole = fullMask(map)
    let there = boundaryMask(map, whole)
    let curves = tracedCurves(there)
    const erase = (at: PointerSample): void => {
      const piece = curveNear(there, curves, cellFromImage(at), reach)
      if (!piece) return
      context.edit((target, mask) => fillMask(target, mask, [0]), piece)
      there = boundaryMask(map, whole)
      curves = tracedCurves(there)
    }
    erase(sample)
    return { move: (samples) => samples.forEach(erase), finish: () => undefined }
  },
})
