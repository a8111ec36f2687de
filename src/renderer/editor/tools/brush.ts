import { channelsOf } from '../../../shared/maps'
import { describeValue, formatValue, type PixelValue } from '../values'
import type { TaskId } from '../../../shared/tasks'
import { strokeGesture, type Ink } from './stroke'
import { defineTool } from './tool'

export const brush = defineTool({
  id: 'brush',
  label: 'Brush',
  hint: 'Paints the chosen value.',
  icon: 'brush',
  key: 'b',
  group: 'paint',
  edits: true,
  brush: true,
  paints: true,
  begin(context, sample) {
    const [first = -1] = context.value
    if (context.task.kind === 'class' && context.host.lockedIn(context.task.id).has(first)) {
      context.say(
        `${formatValue(context.task, context.value)} is locked; unlock it in the legend to paint it.`,
      )
      return null
    }
    context.label(`Paint ${describeValue(context.task, context.value)}`)
    return strokeGesture(context, sample, [valueInk(context.task.id, context.value)])
  },
})

function valueInk(task: TaskId, value: PixelValue): Ink {
  const [first = 0, second = 0, third = 0] = value
  return {
    task,
    paint: ({ data, width, kind }, _rect, each) => {
      if (channelsOf(kind) === 1) {
        each((y, start, end) => data.fill(first, y * width + start, y * width + end))
        return
      }
      each((y, start, end) => {
        for (let at = (y * width + start) * 3; at < (y * width + end) * 3; at += 3) {
          data[at] = first
          data[at + 1] = second
          data[at + 2] = third
        }
      })
    },
  }
}
