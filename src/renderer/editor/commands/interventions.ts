import { defineCommand, type Command } from './command'

/** The list of interventions. In Attention mode undo and redo are its own; labels cannot be changed there. */
export const INTERVENTION_COMMANDS: readonly Command[] = [
  defineCommand({
    id: 'lab.undo',
    label: 'Undo the last intervention',
    group: 'Attention',
    keys: ['ctrl+z'],
    mode: 'attention',
    enabled: ({ lab }) => lab.interventions.undoLabel !== null,
    run: ({ lab }) => lab.interventions.undo(),
  }),
  defineCommand({
    id: 'lab.redo',
    label: 'Redo the last intervention',
    group: 'Attention',
    keys: ['ctrl+shift+z', 'ctrl+y'],
    mode: 'attention',
    enabled: ({ lab }) => lab.interventions.redoLabel !== null,
    run: ({ lab }) => lab.interventions.redo(),
  }),
  defineCommand({
    id: 'lab.switch-all',
    label: 'Switch all interventions off, or on again',
    group: 'Attention',
    keys: ['x'],
    mode: 'attention',
    enabled: ({ lab }) => lab.interventions.items.length > 0,
    run: ({ lab }) => lab.interventions.switchAll(lab.interventions.active.length === 0),
  }),
]
