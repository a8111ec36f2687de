import { fullMask, invertMask } from '../../../shared/mask'
import { defineOperation } from './operation'

export const selectAll = defineOperation({
  id: 'select-all',
  label: 'Select everything',
  hint: 'Selects the whole photo.',
  group: 'Selection',
  key: 'ctrl+a',
  edits: false,
  run: (context) => context.select(fullMask(context.size)),
})

export const selectNothing = defineOperation({
  id: 'select-nothing',
  label: 'Select nothing',
  hint: 'Drops the selection; painting is free again.',
  group: 'Selection',
  key: 'ctrl+d',
  edits: false,
  selected: true,
  run: (context) => context.select(null),
})

export const selectInverse = defineOperation({
  id: 'select-inverse',
  label: 'Invert the selection',
  hint: 'Selects what was not selected.',
  group: 'Selection',
  key: 'ctrl+shift+i',
  edits: false,
  selected: true,
  run: (context) => context.select(invertMask(context.mask)),
})
