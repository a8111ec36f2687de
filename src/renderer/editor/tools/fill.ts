import type { Mask } from '../../../shared/mask'
import { cellFromImage } from '../../../shared/space'
import { fillMask } from '../../../shared/write'
import { describeValue } from '../values'
import { LIKENESS_PARAMS, likenessNeeds, ToleranceDrag, wandAt } from './select/likeness-params'
import { defineTool, type ToolGesture } from './tool'

export const fill = defineTool({
  id: 'fill',
  label: 'Fill: give a region the painted value',
  title: 'Fill',
  hint: 'Click gives the region under the cursor the painted value. Drag sideways to change the tolerance first.',
  icon: 'fill',
  key: 'shift+f',
  group: 'paint',
  edits: true,
  paints: true,
  params: { ...LIKENESS_PARAMS, of: { ...LIKENESS_PARAMS.of, initial: 'layer' } },
  needs: likenessNeeds,
  begin(context, sample): ToolGesture | null {
    const search = wandAt(context, cellFromImage(sample))
    if (!search) return null
    context.label(`Fill with ${describeValue(context.task, context.value)}`)
    const drag = new ToleranceDrag('tool.fill', context, sample)
    let mask: Mask = search.mask(drag.steps)
    return {
      move: (samples) => {
        if (drag.move(samples)) mask = search.mask(drag.steps)
      },
      finish: () => context.edit((map, within) => fillMask(map, within, context.value), mask),
      overlay: () => [{ kind: 'mask', mask }, ...drag.overlay()],
    }
  },
})
