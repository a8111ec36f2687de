import type { Source } from '../../shared/contract'
import type { Editor } from './editor.svelte'
import { OPERATIONS } from './operations'
import type { Operation } from './operations/operation'
import { TOOLS } from './tools'
import type { Tool } from './tools/tool'
import { THEMES, type Mode } from './types'
import type { Comparison } from './view.svelte'

export const COMMAND_GROUPS = ['Tools', 'Edit', 'Operations', 'View', 'Samples', 'Model', 'File'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/** One thing a user can do. Toolbar, menu, shortcuts and the help overlay are all made from this table. */
export interface Command {
  readonly id: string
  readonly label: string
  readonly group: CommandGroup
  /** Key combinations as `combination.ts` spells them: modifiers `ctrl`, `shift`, `alt`, then `KeyboardEvent.key` in lower case. */
  readonly keys: readonly string[]
  readonly enabled: (editor: Editor) => boolean
  readonly run: (editor: Editor) => unknown
}

interface CommandInput extends Pick<Command, 'id' | 'label' | 'group' | 'run'> {
  readonly keys?: readonly string[]
  readonly enabled?: (editor: Editor) => boolean
}

function defineCommand({ keys = [], enabled = () => true, ...rest }: CommandInput): Command {
  return Object.freeze({ keys, enabled, ...rest })
}

const hasSample = (editor: Editor): boolean => editor.detail !== null
const hasTask = (editor: Editor): boolean => editor.task !== null
const canPredict = (editor: Editor): boolean => editor.model !== null && editor.sampleId !== null

const canEdit = (editor: Editor): boolean => hasSample(editor) && editor.mode !== 'attention'

const toolCommand = ({ id, label, key, kinds }: Tool): Command =>
  defineCommand({
    id: `tool.${id}`,
    label,
    group: 'Tools',
    keys: key === null ? [] : [key],
    enabled: (editor) => canEdit(editor) && editor.task !== null && kinds.includes(editor.task.kind),
    run: (editor) => editor.setTool(id),
  })

const operationCommand = ({ id, label, key, kinds, selected }: Operation): Command =>
  defineCommand({
    id: `op.${id}`,
    label,
    group: 'Operations',
    keys: key === null ? [] : [key],
    enabled: (editor) =>
      canEdit(editor) &&
      editor.task !== null &&
      kinds.includes(editor.task.kind) &&
      (!selected || editor.selection !== null),
    run: (editor) => editor.operate(id),
  })

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

export const COMMANDS: readonly Command[] = Object.freeze([
  ...TOOLS.map(toolCommand),
  defineCommand({
    id: 'brush.smaller',
    label: 'Smaller brush',
    group: 'Tools',
    keys: ['['],
    run: (editor) => editor.setBrushSize(smaller(editor.brush.size)),
  }),
  defineCommand({
    id: 'brush.larger',
    label: 'Larger brush',
    group: 'Tools',
    keys: [']'],
    run: (editor) => editor.setBrushSize(larger(editor.brush.size)),
  }),
  defineCommand({
    id: 'brush.swap',
    label: 'Swap the painted value with ignore',
    group: 'Tools',
    keys: ['x'],
    enabled: hasTask,
    run: (editor) => editor.swapClass(),
  }),
  defineCommand({
    id: 'edit.undo',
    label: 'Undo',
    group: 'Edit',
    keys: ['ctrl+z'],
    enabled: (editor) => editor.history.canUndo,
    run: (editor) => editor.history.undo(),
  }),
  defineCommand({
    id: 'edit.redo',
    label: 'Redo',
    group: 'Edit',
    keys: ['ctrl+shift+z', 'ctrl+y'],
    enabled: (editor) => editor.history.canRedo,
    run: (editor) => editor.history.redo(),
  }),
  defineCommand({
    id: 'edit.cancel',
    label: 'Cancel the stroke, close a panel',
    group: 'Edit',
    keys: ['escape'],
    run: (editor) => editor.cancel(),
  }),
  defineCommand({
    id: 'edit.finish',
    label: 'Finish the shape, keep the preview',
    group: 'Edit',
    keys: ['enter'],
    enabled: (editor) => editor.painter.painting,
    run: (editor) => editor.painter.finish(),
  }),
  defineCommand({
    id: 'edit.back',
    label: 'Take the last point back',
    group: 'Edit',
    keys: ['backspace'],
    enabled: (editor) => editor.painter.clicking,
    run: (editor) => editor.painter.back(),
  }),
  ...OPERATIONS.map(operationCommand),
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
  defineCommand({
    id: 'sample.previous',
    label: 'Previous sample',
    group: 'Samples',
    keys: ['a', 'arrowleft'],
    enabled: (editor) => editor.film.canStep(-1),
    run: (editor) => editor.step(-1),
  }),
  defineCommand({
    id: 'sample.next',
    label: 'Next sample',
    group: 'Samples',
    keys: ['d', 'arrowright'],
    enabled: (editor) => editor.film.canStep(1),
    run: (editor) => editor.step(1),
  }),
  defineCommand({
    id: 'sample.finish',
    label: 'Mark as done and go on',
    group: 'Samples',
    keys: ['ctrl+enter'],
    enabled: hasSample,
    run: (editor) => editor.reviews.finish(),
  }),
  defineCommand({
    id: 'sample.reject',
    label: 'Reject the label of this task',
    group: 'Samples',
    keys: ['ctrl+backspace'],
    enabled: hasTask,
    run: (editor) => editor.reviews.set(editor.view.task, { state: 'rejected' }),
  }),
  defineCommand({
    id: 'sample.next-unfinished',
    label: 'Next sample with work left',
    group: 'Samples',
    keys: ['n'],
    enabled: hasSample,
    run: (editor) => editor.reviews.openNextUnfinished(),
  }),
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
    run: (editor) => editor.predictAll(),
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
  defineCommand({
    id: 'help',
    label: 'Keys and appearance',
    group: 'File',
    keys: ['?', 'f1'],
    run: (editor) => editor.setDialog(editor.dialog === 'help' ? null : 'help'),
  }),
])

const BY_ID = new Map(COMMANDS.map((command) => [command.id, command]))

/** A command by id; undefined when there is none. */
export function commandById(id: string): Command | undefined {
  return BY_ID.get(id)
}

/** Runs a command when it exists and is enabled; what it starts reports its own errors. */
export function runCommand(editor: Editor, id: string): boolean {
  const command = BY_ID.get(id)
  if (!command?.enabled(editor)) return false
  command.run(editor)
  return true
}

/** Steps of about a quarter, at least one pixel, so that small brushes change by one and large ones quickly. */
function larger(size: number): number {
  return size + Math.max(1, Math.floor(size / 4))
}
function smaller(size: number): number {
  return size - Math.max(1, Math.floor(size / 5))
}
