import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../editor/commands'
import { combinationOf } from './combination'

const press = (
  key: string,
  modifiers: Partial<Record<'ctrl' | 'meta' | 'shift' | 'alt', boolean>> = {},
): string =>
  combinationOf({
    key,
    ctrlKey: modifiers.ctrl ?? false,
    metaKey: modifiers.meta ?? false,
    shiftKey: modifiers.shift ?? false,
    altKey: modifiers.alt ?? false,
  })

describe('combinationOf', () => {
  it('spells combinations as the command table does', () => {
    expect(press('b')).toBe('b')
    expect(press('Z', { ctrl: true, shift: true })).toBe('ctrl+shift+z')
    expect(press('z', { meta: true })).toBe('ctrl+z')
    expect(press('ArrowLeft')).toBe('arrowleft')
    expect(press('?', { shift: true })).toBe('?')
    expect(press('B', { shift: true })).toBe('shift+b')
    expect(press('b', { alt: true })).toBe('alt+b')
  })
})

describe('the command table', () => {
  it('gives every key to one command of its mode and every command its own id', () => {
    const keys = COMMANDS.flatMap((command) => command.keys.map((key) => `${command.mode ?? ''} ${key}`))
    expect(new Set(keys).size).toBe(keys.length)
    expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length)
  })
})
