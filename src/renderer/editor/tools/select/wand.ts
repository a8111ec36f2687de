import { cellFromImage } from '../../../../shared/space'
import { defineTool, type ToolGesture } from '../tool'
import { LIKENESS_PARAMS, likenessNeeds, stepsOf, toleranceAt, wandAt } from './likeness-params'
import { selecting } from './selecting'

/** CSS pixels of a drag for one step of the tolerance. */
export const DRAG_PER_STEP = 4

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
    const start = stepsOf(values, task)
    let steps = start
    let at = sample
    select(search.mask(steps))
    return {
      move: (samples) => {
        at = samples.at(-1) ?? at
        const wanted = Math.max(0, start + Math.round(((at.x - sample.x) * host.scale) / DRAG_PER_STEP))
        const tolerance = toleranceAt(values, task, wanted)
        if (!tolerance || wanted === steps) return
        steps = wanted
        host.choices.set('tool.wand', tolerance.name, tolerance.value)
        select(search.mask(steps))
      },
      finish: () => undefined,
      adjusted: () => {
        const now = host.choices.of('tool.wand', LIKENESS_PARAMS)
        const other =
          now.of !== values.of || now.contiguous !== values.contiguous || now.corners !== values.corners
        const again = other ? wandAt(context.withValues(now), seed) : search
        return again && combined(again.mask(stepsOf(now, task)))
      },
      overlay: () => {
        const tolerance = steps === start ? null : toleranceAt(values, task, steps)
        return tolerance ? [{ kind: 'text', at, text: tolerance.text }] : []
      },
    }
  },
})
