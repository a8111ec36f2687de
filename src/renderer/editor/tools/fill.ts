import type { Mask } from '../../../shared/mask'
import { cellFromImage } from '../../../shared/space'
import { fillMask } from '../../../shared/write'
import { describeValue } from '../values'
import { LIKENESS_PARAMS, likenessNeeds, stepsOf, toleranceAt, wandAt } from './select/likeness-params'
import { DRAG_PER_STEP } from './select/wand'
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
    const { task, host, values } = context
    context.label(`Fill with ${describeValue(task, context.value)}`)
    const start = stepsOf(values, task)
    let steps = start
    let at = sample
    let mask: Mask = search.mask(steps)
    return {
      move: (samples) => {
        at = samples.at(-1) ?? at
        const wanted = Math.max(0, start + Math.round(((at.x - sample.x) * host.scale) / DRAG_PER_STEP))
        const tolerance = toleranceAt(values, task, wanted)
        if (!tolerance || wanted === steps) return
        steps = wanted
        host.choices.set('tool.fill', tolerance.name, tolerance.value)
        mask = search.mask(steps)
      },
      finish: () => context.edit((map, within) => fillMask(map, within, context.value), mask),
      overlay: () => {
        const tolerance = steps === start ? null : toleranceAt(values, task, steps)
        return [
          { kind: 'mask', mask },
          ...(tolerance ? [{ kind: 'text' as const, at, text: tolerance.text }] : []),
        ]
      },
    }
  },
})
