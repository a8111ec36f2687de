import { OPERATIONS } from '../operations'
import type { Operation } from '../operations/operation'
import { canEdit, defineCommand, type Command } from './command'

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

/** What can be done to the selection. */
export const OPERATION_COMMANDS: readonly Command[] = OPERATIONS.map(operationCommand)
