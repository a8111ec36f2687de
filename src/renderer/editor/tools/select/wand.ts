import { cellFromImage } from '../../../../shared/space'
import { defineTool, type ToolGesture } from '../tool'
import { LIKENESS_PARAMS, likenessNeeds, stepsOf, ToleranceDrag, wandAt } from './likeness-params'
import { selecting } from './selecting'

export const wand = defineTool({
  id: 'wand',
  label: 'Select what is similar (magic wand)',
  title: 'Magic wand',
  hint: 'Click selects what is similar. Drag sideways, or move the slider afterwards, to change the tolerance.',
  icon: 'wand',
  key: 'w',
  group: 'select',
  selects: true,
  params: LIKENESS_PARAMS,
  needs: likenessNeeds,
  begin(context, sample, modifiers): ToolGesture | null {
    const seed = cellFromImage(sample)
    const search = wandAt(context, seed)
    if (!search) return null
    const { task, host, values } = context
    const { select, combined } = selecting(context, modifiers, 'Select what is similar')
    const drag = new ToleranceDrag('tool.wand', context, sample)
    select(search.mask(drag.steps))
    return {
      move: (samples) => {
        if (drag.move(samples)) select(search.mask(drag.steps))
      },
      finish: () => undefined,
      adjusted: () => {
        const now = host.choices.of('tool.wand', LIKENESS_PARAMS)
        const other =
          now.of !== values.of || now.contiguous !== values.contiguous || now.corners !== values.corners
        const again = other ? wandAt(context.withValues(now), seed) : search
        return again && combined(again.mask(stepsOf(now, task)))
      },
      overlay: () => drag.overlay(),
    }
  },
})
