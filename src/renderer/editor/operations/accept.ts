import { combine, type Mask } from '../../../shared/mask'
import type { DenseMap } from '../../../shared/maps'
import { maskOfClasses } from '../../../shared/selection/from-map'
import { copyMask } from '../../../shared/write'
import type { GestureContext } from '../gesture-context'
import { EVERY_LABEL } from '../tools/tool'
import { formatValue } from '../values'
import { defineOperation } from './operation'
import { FROM_PARAM } from './params'

export const acceptSelection = defineOperation({
  id: 'accept-selection',
  label: 'Take the prediction or label over',
  hint: 'Gives every selected pixel its predicted or its original value.',
  group: 'Values',
  params: { from: FROM_PARAM, all: { kind: 'switch', label: 'In all tasks', initial: false } },
  needs: ({ values }) => [
    { source: values.from },
    ...(values.all ? [EVERY_LABEL, { task: 'every' as const, source: values.from }] : []),
  ],
  run: (context) => {
    const { from, all } = context.values
    context.label(
      from === 'label'
        ? 'Bring the label back'
        : `Accept the prediction${context.host.isCut(context.task.id) ? ' under interventions' : ''}`,
    )
    for (const { id } of all ? context.host.tasks : [context.task]) {
      const source = context.map(from, id)
      if (source && context.transaction.target(id)) take(context, context.mask, source, id)
    }
  },
})

export const acceptClass = defineOperation({
  id: 'accept-class',
  label: 'Take a class over',
  hint: 'Takes over every pixel that has the painted class in the prediction or label, or has it now.',
  group: 'Classes',
  kinds: ['class'],
  params: {
    from: FROM_PARAM,
    lose: { kind: 'switch', label: 'Also where it is now', initial: true },
  },
  needs: ({ values }) => [{ source: values.from }],
  run: (context) => {
    const { from, lose } = context.values
    const [source, now] = [context.map(from), context.map('corrected')]
    if (source?.kind !== 'class' || now?.kind !== 'class') return
    const wanted = new Set(context.value)
    context.label(`Take ${formatValue(context.task, context.value)} over`)
    const gained = maskOfClasses(source, wanted)
    const touched = lose ? combine(gained, maskOfClasses(now, wanted), 'add') : gained
    take(context, combine(touched, context.mask, 'intersect'), source, context.task.id)
  },
})

function take(context: GestureContext<unknown>, mask: Mask, source: DenseMap, task = context.task.id): void {
  if (mask.bounds) context.write(mask.bounds, (map) => copyMask(map, mask, source), task)
}
