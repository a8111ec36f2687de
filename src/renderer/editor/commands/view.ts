import type { Source } from '../../../shared/contract'
import { THEMES, type Mode } from '../types'
import type { Comparison } from '../view.svelte'
import { defineCommand, hasSample, hasTask, type Command } from './command'

const sourceCommand = (source: Source, label: string, key: string): Command =>
  defineCommand({
    id: `layer.${source}`,
    label,
    group: 'View',
    keys: [key],
    enabled: hasSample,
    run: (editor) => editor.toggleSource(source),
  })

const compareCommand = (comparison: Comparison, label: string, key: string): Command =>
  defineCommand({
    id: `view.${comparison}`,
    label,
    group: 'View',
    keys: [key],
    enabled: (editor) => hasTask(editor) && editor.mode !== 'attention',
    run: (editor) => editor.compare(comparison),
  })

const taskCommand = (index: number): Command =>
  defineCommand({
    id: `task.${index + 1}`,
    label: `Task ${index + 1}`,
    group: 'View',
    keys: [String(index + 1)],
    enabled: (editor) => editor.tasks[index] !== undefined,
    run: (editor) => {
      const task = editor.tasks[index]
      if (task) editor.setTask(task.id)
    },
  })

const MODES: readonly Mode[] = ['correct', 'attention', 'review']

/** What is shown, and how. */
export const VIEW_COMMANDS: readonly Command[] = [
  ...[0, 1, 2, 3, 4, 5].map(taskCommand),
  defineCommand({
    id: 'view.grid',
    label: 'All tasks side by side',
    group: 'View',
    keys: ['g'],
    enabled: hasTask,
    run: (editor) => editor.setLayout(editor.view.layout === 'grid' ? 'single' : 'grid'),
  }),
  compareCommand('split', 'Two layers side by side', 'shift+s'),
  compareCommand('swipe', 'Wipe between two layers', 'shift+w'),
  compareCommand('difference', 'Difference of two layers', 'shift+d'),
  defineCommand({
    id: 'view.outlines',
    label: 'Outlines instead of areas',
    group: 'View',
    keys: ['shift+o'],
    enabled: hasTask,
    run: (editor) => editor.stack.toggleOutlines(),
  }),
  defineCommand({
    id: 'view.fit',
    label: 'Fit the photo',
    group: 'View',
    keys: ['f'],
    enabled: hasSample,
    run: (editor) => editor.camera.fit(),
  }),
  defineCommand({
    id: 'view.actual',
    label: 'Actual pixels',
    group: 'View',
    keys: ['0'],
    enabled: hasSample,
    run: (editor) => editor.camera.actualPixels(),
  }),
  defineCommand({
    id: 'view.zoom-in',
    label: 'Zoom in',
    group: 'View',
    keys: ['+', '='],
    enabled: hasSample,
    run: (editor) => editor.camera.zoom(1.5),
  }),
  defineCommand({
    id: 'view.zoom-out',
    label: 'Zoom out',
    group: 'View',
    keys: ['-'],
    enabled: hasSample,
    run: (editor) => editor.camera.zoom(1 / 1.5),
  }),
  sourceCommand('label', 'Show the label alone', 'l'),
  sourceCommand('prediction', 'Show the prediction alone', 'k'),
  sourceCommand('corrected', 'Show the corrected label alone', 'j'),
  defineCommand({
    id: 'view.mode',
    label: 'Next mode',
    group: 'View',
    keys: ['m'],
    run: (editor) => {
      const next = MODES[(MODES.indexOf(editor.mode) + 1) % MODES.length]
      if (next) editor.setMode(next)
    },
  }),
  ...THEMES.map((theme) =>
    defineCommand({
      id: `theme.${theme}`,
      label: { system: 'Theme as the system', dark: 'Dark theme', light: 'Light theme' }[theme],
      group: 'View',
      run: (editor) => {
        editor.appearance.theme = theme
      },
    }),
  ),
]
