import { describe, expect, it } from 'vitest'
import { Keymap } from './keymap.svelte'
import { memoryPlatform } from './settings'

const { settings } = memoryPlatform()

describe('the key map', () => {
  it('moves a combination from one command to another, remembers it and can go back', () => {
    const keymap = new Keymap(settings)
    expect(keymap.assign('tool.brush', 'e')?.id).toBe('tool.eraser')
    expect(keymap.commandAt('e')?.id).toBe('tool.brush')
    expect(keymap.commandAt('b')).toBeUndefined()
    expect(keymap.keysOf('tool.eraser')).toEqual([])
    const again = new Keymap(settings)
    expect(again.commandAt('e')?.id).toBe('tool.brush')
    again.reset('tool.eraser')
    expect(again.keysOf('tool.eraser')).toEqual([])
    again.reset('tool.brush')
    again.reset('tool.eraser')
    expect(again.commandAt('e')?.id).toBe('tool.eraser')
    expect(again.commandAt('b')?.id).toBe('tool.brush')
  })

  it('lets one key mean something of its own in one mode', () => {
    const keymap = new Keymap(memoryPlatform().settings)
    expect(keymap.commandAt('p', 'attention')?.id).toBe('lab.pin')
    expect(keymap.commandAt('p')?.id).toBe('model.predict')
    expect(keymap.assign('lab.pin', 'b')).toBeNull()
    expect(keymap.commandAt('b')?.id).toBe('tool.brush')
    expect(keymap.assign('lab.pin', 'escape')?.id).toBe('edit.cancel')
    keymap.assign('model.predict', 'f8')
    keymap.reset('lab.pin')
    expect(keymap.keysOf('lab.pin')).toEqual(['p'])
  })

  it('keeps Escape and refuses what is not a key of its own', () => {
    const keymap = new Keymap(memoryPlatform().settings)
    expect(keymap.assign('tool.brush', 'escape')?.id).toBe('edit.cancel')
    for (const refused of ['shift', 'ctrl+control', ' ', '']) keymap.assign('tool.brush', refused)
    expect(keymap.keysOf('tool.brush')).toEqual(['b'])
  })

  it('leaves out what is not a list of keys of a known command', () => {
    const hostile = memoryPlatform().settings
    const stored: unknown = JSON.parse(
      '{"tool.brush":["<img src=x>","f8"],"nobody":["f9"],"tool.pick":"e","__proto__":{"x":["y"]},"tool.hand":["f8"]}',
    )
    hostile.set('keys', stored)
    const keymap = new Keymap(hostile)
    expect(keymap.keysOf('tool.brush')).toEqual(['b'])
    expect(keymap.keysOf('tool.pick')).toEqual(['i'])
    expect(keymap.commandAt('f9')).toBeUndefined()
    expect(keymap.commandAt('f8')?.id).toBe('tool.hand')
  })
})
