import type { Source } from '../../../shared/contract'
import { channelsOf } from '../../../shared/maps'
import type { TaskId } from '../../../shared/tasks'
import type { GestureContext } from '../gesture-context'
import { strokeGesture, type Ink } from './stroke'
import { defineTool, EVERY_LABEL, type Tool, type ToolGesture } from './tool'

const PARAMS = { all: { kind: 'switch', label: 'In all tasks', initial: false } } as const

/** The original label or the prediction, pixel by pixel, under the brush; of one task, or of every task that has both. */
function copyTool(
  source: Source,
  input: Pick<Tool, 'id' | 'label' | 'title' | 'hint' | 'icon' | 'key'> & { history: string },
): Tool {
  const { history, ...rest } = input
  return defineTool({
    ...rest,
    group: 'paint',
    edits: true,
    brush: true,
    params: PARAMS,
    needs: ({ values }) => [
      { source },
      ...(values.all ? [EVERY_LABEL, { task: 'every' as const, source }] : []),
    ],
    begin(context, sample): ToolGesture {
      const cut = source === 'prediction' && context.host.isCut(context.task.id)
      const done = cut ? `${history} under interventions` : history
      context.label(context.values.all ? `${done}, all tasks` : done)
      const tasks = context.values.all ? context.host.tasks.map(({ id }) => id) : [context.task.id]
      return strokeGesture(
        context,
        sample,
        tasks.flatMap((task) => copyInk(context, task, source) ?? []),
      )
    },
  })
}

/** Null for a task without a writable label or without the source. */
function copyInk(context: GestureContext<unknown>, task: TaskId, source: Source): Ink | null {
  const from = context.map(source, task)
  if (!from || !context.transaction.target(task)) return null
  return {
    task,
    paint: ({ data, width, kind }, _rect, each) => {
      const channels = channelsOf(kind)
      each((y, start, end) => {
        const last = (y * width + end) * channels
        for (let at = (y * width + start) * channels; at < last; at++) data[at] = from.data[at]!
      })
    },
  }
}

export const eraser = copyTool('label', {
  id: 'eraser',
  label: 'Eraser: back to the label',
  title: 'Eraser',
  hint: 'Brings back the original label under the brush.',
  icon: 'eraser',
  key: 'e',
  history: 'Erase to label',
})

export const accept = copyTool('prediction', {
  id: 'accept',
  label: 'Paint the prediction in',
  title: 'Prediction brush',
  hint: 'Takes over the prediction under the brush.',
  icon: 'stamp',
  key: 'c',
  history: 'Accept prediction',
})
