import type { Editor } from '../editor.svelte'
import { defineCommand, type Command } from './command'

const canPredict = (editor: Editor): boolean => editor.model !== null && editor.sampleId !== null

/** The model, the folder, and the dialogs. */
export const FILE_COMMANDS: readonly Command[] = [
  defineCommand({
    id: 'model.predict',
    label: 'Predict this sample',
    group: 'Model',
    keys: ['p'],
    enabled: canPredict,
    run: (editor) => (editor.prediction?.running ? editor.cancelPredict() : editor.predict()),
  }),
  defineCommand({
    id: 'model.predict-all',
    label: 'Predict every sample',
    group: 'Model',
    keys: ['shift+p'],
    enabled: canPredict,
    run: (editor) => editor.jobs.predictAll(),
  }),
  defineCommand({
    id: 'metrics.open',
    label: 'Metrics…',
    group: 'Model',
    keys: ['shift+e'],
    enabled: (editor) => editor.dataset !== null,
    run: (editor) => editor.setDialog('metrics'),
  }),
  defineCommand({
    id: 'dataset.open',
    label: 'Open folder…',
    group: 'File',
    keys: ['ctrl+o'],
    run: (editor) => editor.setDialog('open-folder'),
  }),
  defineCommand({
    id: 'model.open',
    label: 'Open model…',
    group: 'File',
    keys: ['ctrl+shift+o'],
    run: (editor) => editor.setDialog('open-model'),
  }),
  defineCommand({
    id: 'export.open',
    label: 'Export…',
    group: 'File',
    keys: ['ctrl+e'],
    enabled: (editor) => editor.dataset !== null,
    run: (editor) => editor.setDialog('export'),
  }),
  defineCommand({
    id: 'palette.open',
    label: 'Find a command…',
    group: 'File',
    keys: ['ctrl+k', 'ctrl+shift+p'],
    run: (editor) => editor.setDialog(editor.dialog === 'palette' ? null : 'palette'),
  }),
  defineCommand({
    id: 'help',
    label: 'Keys and appearance',
    group: 'File',
    keys: ['?', 'f1'],
    run: (editor) => editor.setDialog(editor.dialog === 'help' ? null : 'help'),
  }),
]
