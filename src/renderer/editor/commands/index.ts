import type { Editor } from '../editor.svelte'
import type { Command } from './command'
import { EDIT_COMMANDS } from './edit'
import { FILE_COMMANDS } from './files'
import { INTERVENTION_COMMANDS } from './interventions'
import { LAB_COMMANDS } from './lab'
import { OPERATION_COMMANDS } from './operations'
import { SAMPLE_COMMANDS } from './samples'
import { TOOL_COMMANDS } from './tools'
import { VIEW_COMMANDS } from './view'

export const COMMANDS: readonly Command[] = Object.freeze([
  ...TOOL_COMMANDS,
  ...EDIT_COMMANDS,
  ...OPERATION_COMMANDS,
  ...VIEW_COMMANDS,
  ...LAB_COMMANDS,
  ...INTERVENTION_COMMANDS,
  ...SAMPLE_COMMANDS,
  ...FILE_COMMANDS,
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
