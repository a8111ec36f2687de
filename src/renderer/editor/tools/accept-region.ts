import { floodMask } from '../../../shared/selection/flood'
import { cellFromImage } from '../../../shared/space'
import { copyMask } from '../../../shared/write'
import { FROM_PARAM } from '../operations/params'
import type { TaskView } from '../types'
import { CLICK, defineTool, EVERY_LABEL, type Needed, type ToolGesture } from './tool'

/** Regions are those of the task's own classes, and of the segmentation for tasks without any. */
function regionTask({ kind, id }: TaskView): TaskView['id'] {
  return kind === 'class' ? id : 'semseg'
}

export const acceptRegion = defineTool({
  id: 'accept-region',
  label: 'Take a whole region over',
  title: 'Take a region over',
  hint: 'Click takes the connected region of one class under the cursor over from the prediction or the original label.',
  icon: 'accept-region',
  key: 'shift+c',
  group: 'paint',
  edits: true,
  params: {
    from: FROM_PARAM,
    region: {
      kind: 'choice',
      label: 'Region of',
      initial: 'source',
      options: [
        { value: 'source', label: 'what is taken' },
        { value: 'corrected', label: 'what is there' },
      ],
    },
    all: { kind: 'switch', label: 'In all tasks', initial: false },
  },
  needs: ({ task, values }): readonly Needed[] => [
    { source: values.from },
    { task: regionTask(task), source: values.region === 'source' ? values.from : 'corrected' },
    ...(values.all ? [EVERY_LABEL, { task: 'every' as const, source: values.from }] : []),
  ],
  begin(context, sample): ToolGesture | null {
    const { from, region, all } = context.values
    const classes = context.map(region === 'source' ? from : 'corrected', regionTask(context.task))
    if (classes?.kind !== 'class') return null
    const mask = floodMask(classes.data, classes, cellFromImage(sample))
    context.label(
      from === 'label'
        ? 'Bring a region of the label back'
        : `Accept a region of the prediction${context.host.isCut(context.task.id) ? ' under interventions' : ''}`,
    )
    for (const { id } of all ? context.host.tasks : [context.task]) {
      const source = context.map(from, id)
      if (!source || !context.transaction.target(id) || !mask.bounds) continue
      context.write(mask.bounds, (map) => copyMask(map, mask, source), id)
    }
    return CLICK
  },
})
