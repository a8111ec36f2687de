import { TOOLS } from '../tools'
import type { Tool } from '../tools/tool'
import { canEdit, defineCommand, hasTask, type Command } from './command'

const toolCommand = ({ id, label, key, kinds }: Tool): Command =>
  defineCommand({
    id: `tool.${id}`,
    label,
    group: 'Tools',
    keys: key === null ? [] : [key],
    enabled: (editor) => canEdit(editor) && editor.task !== null && kinds.includes(editor.task.kind),
    run: (editor) => editor.setTool(id),
  })

/** Tools and what they paint with. */
export const TOOL_COMMANDS: readonly Command[] = [
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
    run: (editor) => editor.painter.paint.swap(),
  }),
]

/** Steps of about a quarter, at least one pixel, so that small brushes change by one and large ones quickly. */
function larger(size: number): number {
  return size + Math.max(1, Math.floor(size / 4))
}
function smaller(size: number): number {
  return size - Math.max(1, Math.floor(size / 5))
}
