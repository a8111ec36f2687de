import type { Editor } from '../editor.svelte'
import type { Mode } from '../types'

export const COMMAND_GROUPS = [
  'Tools',
  'Edit',
  'Operations',
  'View',
  'Attention',
  'Samples',
  'Model',
  'File',
] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/** One thing a user can do. Toolbar, menu, shortcuts and the help overlay are all made from this table. */
export interface Command {
  readonly id: string
  readonly label: string
  readonly group: CommandGroup
  /** Key combinations as `combination.ts` spells them: modifiers `ctrl`, `shift`, `alt`, then `KeyboardEvent.key` in lower case. */
  readonly keys: readonly string[]
  /** The one mode in which its keys count, before those of commands of every mode; null = every mode. */
  readonly mode: Mode | null
  readonly enabled: (editor: Editor) => boolean
  readonly run: (editor: Editor) => unknown
}

interface CommandInput extends Pick<Command, 'id' | 'label' | 'group' | 'run'> {
  readonly keys?: readonly string[]
  readonly mode?: Mode
  readonly enabled?: (editor: Editor) => boolean
}

export function defineCommand({ keys = [], mode, enabled = () => true, ...rest }: CommandInput): Command {
  return Object.freeze({
    keys,
    mode: mode ?? null,
    enabled: mode ? (editor: Editor) => editor.mode === mode && enabled(editor) : enabled,
    ...rest,
  })
}

export const hasSample = (editor: Editor): boolean => editor.detail !== null
export const hasTask = (editor: Editor): boolean => editor.task !== null
export const canEdit = (editor: Editor): boolean => hasSample(editor) && editor.mode !== 'attention'
