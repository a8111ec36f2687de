import { COMMANDS, commandById } from './commands'
import type { Command } from './commands/command'
import type { Settings } from './settings'
import type { Mode } from './types'

const SETTING = 'keys'
/** Longest combination anyone can press: three modifiers and a named key. */
const MAX_LENGTH = 40
/** Keys that only mean something together with another. */
const MODIFIERS = new Set([
  'control',
  'shift',
  'alt',
  'meta',
  'altgraph',
  'capslock',
  'fn',
  'dead',
  'unidentified',
])
/** Leaving a stroke or a dialog must always be possible. */
const FIXED = new Set(['edit.cancel'])

type Overrides = Readonly<Record<string, readonly string[]>>

/** Which keys run which command: the table's own, and what the user chose instead, remembered. */
export class Keymap {
  #overrides: Overrides = $state.raw({})
  readonly #byKey: ReadonlyMap<string, Command> = $derived(
    new Map(
      COMMANDS.flatMap((command) =>
        this.keysOf(command.id).map((key) => [placeOf(key, command.mode), command] as const),
      ),
    ),
  )

  constructor(private readonly settings: Settings) {
    this.#overrides = readOverrides(settings.get(SETTING))
  }

  /** Combinations of a command, as `Command.keys` spells them. */
  keysOf(id: string): readonly string[] {
    return this.#overrides[id] ?? commandById(id)?.keys ?? []
  }
  /** The command of a combination among those of one mode, or among those of every mode. */
  commandAt(combination: string, mode: Mode | null = null): Command | undefined {
    return this.#byKey.get(placeOf(combination, mode))
  }
  isChanged(id: string): boolean {
    return this.#overrides[id] !== undefined
  }
  get changed(): boolean {
    return Object.keys(this.#overrides).length > 0
  }
  /** False for commands whose keys cannot be changed. */
  canChange(id: string): boolean {
    return commandById(id) !== undefined && !FIXED.has(id)
  }

  /**
   * Gives a command this combination instead of its keys and takes it from the command of its mode that had it, which is
   * returned.
   * Null when nobody had it; nothing happens for a key that cannot be used.
   */
  assign(id: string, combination: string): Command | null {
    if (!this.canChange(id) || !isCombination(combination)) return null
    const fixed = this.commandAt(combination)
    if (fixed && !this.canChange(fixed.id)) return fixed
    const holder = this.commandAt(combination, commandById(id)?.mode)
    const next: Record<string, readonly string[]> = { ...this.#overrides, [id]: [combination] }
    if (holder && holder.id !== id)
      next[holder.id] = this.keysOf(holder.id).filter((key) => key !== combination)
    this.#store(next)
    return holder && holder.id !== id ? holder : null
  }

  /** The table's own keys again, for one command or for all; a key that another command was given stays there. */
  reset(id?: string): void {
    if (id === undefined) return this.#store({})
    const next = Object.fromEntries(Object.entries(this.#overrides).filter(([other]) => other !== id))
    const mode = commandById(id)?.mode ?? null
    const others = Object.keys(next).filter((other) => commandById(other)?.mode === mode)
    const taken = new Set(others.flatMap((other) => this.keysOf(other)))
    const own = commandById(id)?.keys ?? []
    const free = own.filter((key) => !taken.has(key))
    this.#store(free.length === own.length ? next : { ...next, [id]: free })
  }

  #store(overrides: Overrides): void {
    this.#overrides = overrides
    this.settings.set(SETTING, overrides)
  }
}

const placeOf = (combination: string, mode: Mode | null): string => `${mode ?? ''} ${combination}`

/** A key with its modifiers, and nothing that would stop typing from being possible. */
export function isCombination(text: string): boolean {
  const key = text.split(/\+(?=.)/).at(-1) ?? ''
  const named = /^[a-z][a-z0-9]*$/.test(key)
  return text.length <= MAX_LENGTH && (named || (key.length === 1 && key !== ' ')) && !MODIFIERS.has(key)
}

/** Stored keys are outside data: what is not a list of combinations of a known command is left out. */
function readOverrides(stored: unknown): Overrides {
  if (typeof stored !== 'object' || stored === null) return {}
  const known = Object.entries(stored).flatMap(([id, keys]: [string, unknown]) =>
    commandById(id) !== undefined && !FIXED.has(id) && isKeys(keys) ? [[id, keys] as const] : [],
  )
  return Object.fromEntries(known)
}

function isKeys(keys: unknown): keys is readonly string[] {
  return Array.isArray(keys) && keys.every((key) => typeof key === 'string' && isCombination(key))
}
