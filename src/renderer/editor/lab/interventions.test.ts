import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkState, type LinkAddress } from './changes'
import { memoryPlatform } from '../settings'
import { TestEditor } from '../test-editor'
import { Interventions } from './interventions.svelte'

const made = (settings = memoryPlatform().settings): Interventions =>
  new Interventions(() => [4, 8, 16], settings)
type TaskAddress = Extract<LinkAddress, { kind: 'taskLink' }>
const link = (change: Partial<TaskAddress> = {}): TaskAddress => ({
  kind: 'taskLink',
  scale: 1,
  source: 'depth',
  target: 'semseg',
  head: null,
  ...change,
})

describe('cutting links', () => {
  it('names a cut, undoes it by name and makes the link whole again', () => {
    const list = made()
    list.toggle(link())
    expect(list.items.map(({ name }) => name)).toEqual(['Depth → Semantic segmentation at 1/8'])
    expect(list.undoLabel).toBe('Cut Depth → Semantic segmentation at 1/8')
    expect(linkState(list.active, link())).toEqual({ factor: 0, partly: false })
    list.toggle(link())
    expect(list.items).toEqual([])
    list.undo()
    expect(linkState(list.active, link()).factor).toBe(0)
    list.undo()
    expect(linkState(list.active, link()).factor).toBe(1)
  })

  it('says what is left of a link under every entry that covers it', () => {
    const list = made()
    list.add({ ...link({ scale: null }), factor: 0.5, mode: 'remove' })
    list.add({ ...link(), factor: 1.5, mode: 'renormalise' })
    list.add({ ...link({ head: 2 }), factor: 0, mode: 'remove' })
    expect(linkState(list.active, link())).toEqual({ factor: 0.75, partly: true })
    expect(linkState(list.active, link({ head: 2 }))).toEqual({ factor: 0, partly: false })
    expect(linkState(list.active, link({ scale: 0 }))).toEqual({ factor: 0.5, partly: false })
    expect(linkState(list.active, link({ source: 'normals' }))).toEqual({ factor: 1, partly: false })
    const scales = { kind: 'scaleLink', task: 'depth', source: 0, target: 2, head: null } as const
    list.add({ ...scales, task: null, factor: 0, mode: 'remove' })
    expect(linkState(list.active, scales).factor).toBe(0)
    expect(linkState(list.active, { ...scales, source: 1 }).factor).toBe(1)
  })

  it('cuts what was scaled or switched off instead of adding it twice', () => {
    const list = made()
    list.toggle(link())
    const { id } = list.items[0]!
    list.setFactor(id, 0.5)
    list.setEnabled(id, false)
    expect(list.active).toEqual([])
    list.toggle(link())
    expect(list.items).toHaveLength(1)
    expect(list.items[0]).toMatchObject({ factor: 0, enabled: true })
  })

  it('mutes and unmutes queries', () => {
    const list = made()
    const address = { task: 'depth', scale: 0, queries: [3] } as const
    list.toggleQueries(address)
    expect(list.findQueries(address)?.name).toBe('Depth query 4 at 1/4')
    expect(list.findQueries({ ...address, queries: [4] })).toBeUndefined()
    list.toggleQueries(address)
    expect(list.items).toEqual([])
  })
})

describe('the list', () => {
  it('goes back exactly through anything that was done to it', () => {
    const action = fc.record({ what: fc.nat(8), at: fc.nat(3), to: fc.integer({ min: -3, max: 3 }) })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
        const list = made()
        const seen = [list.items]
        for (const { what, at, to } of actions) {
          const id = list.items[at]?.id ?? 'none'
          ;[
            () => list.toggle(link({ scale: at })),
            () => list.toggleQueries({ task: 'edge', scale: 0, queries: [at] }),
            () => list.setFactor(id, to / 2),
            () =>
              list.replace(id, { ...link({ head: at }), factor: 0, mode: to > 0 ? 'remove' : 'renormalise' }),
            () => list.setEnabled(id, to > 0),
            () => list.rename(id, `name ${to}`),
            () => list.remove(id),
            () => list.move(id, to),
            () => list.switchAll(to > 0),
          ][what]?.()
          // A slider that is dragged joins its step.
          if (list.items !== seen.at(-1)) {
            if (what === 2 && list.undoLabel?.startsWith('Scale')) list.change([...list.items], 'pause')
            seen.push(list.items)
          }
        }
        expect(new Set(list.items.map(({ id }) => id)).size).toBe(list.items.length)
        const last = list.items
        while (list.undoLabel !== null) list.undo()
        expect(list.items).toEqual([])
        while (list.redoLabel !== null) list.redo()
        expect(list.items).toBe(last)
      }),
    )
  })

  it('keeps the list of every model for the next window', () => {
    const { settings } = memoryPlatform()
    const list = made(settings)
    list.follow('aa')
    list.toggle(link())
    list.toggle(link({ scale: 2 }))
    list.undo()
    const kept = list.items
    list.follow('bb')
    expect([list.items, list.undoLabel]).toEqual([[], null])
    list.toggle(link({ source: 'normals' }))
    const next = made(settings)
    next.follow('aa')
    expect([next.items, next.undoLabel]).toEqual([kept, null])
    settings.set('interventions.aa', [{ kind: 'other' }])
    next.follow('bb')
    expect(next.items).toHaveLength(1)
    next.follow('aa')
    expect(next.items).toEqual([])
  })

  it('gives an entry another target; its usual name follows, a given one stays', () => {
    const list = made()
    const id = list.add({ ...link(), factor: 0.5, mode: 'remove' })
    list.replace(id, { ...link({ source: 'edge', head: 2, scale: null }), factor: 0.5, mode: 'remove' })
    expect(list.get(id)).toEqual({
      ...link({ source: 'edge', head: 2, scale: null }),
      ...{ id, enabled: true, factor: 0.5, mode: 'remove' },
      name: 'Boundaries → Semantic segmentation at all scales, head 3',
    })
    list.rename(id, 'mine')
    list.replace(id, { ...link(), factor: 0.5, mode: 'remove' })
    expect(list.get(id)).toMatchObject({ name: 'mine', source: 'depth', head: null })
    list.undo()
    expect(list.get(id)).toMatchObject({ name: 'mine', source: 'edge' })
  })

  it('is saved and read back, behind what is there and with ids of its own', () => {
    const list = made()
    list.toggle(link())
    list.add({ kind: 'swap', task: null, scale: null, query: null, sample: 'val/0001' })
    list.add({ kind: 'mean', task: 'depth', scale: 1, query: 2, split: 'val' })
    const text = list.toFile('tiny')
    const other = made()
    other.read(text, 'cuts.json')
    expect(other.items).toEqual(list.items)
    other.read(text, 'cuts.json')
    expect(other.items).toHaveLength(6)
    expect(new Set(other.items.map(({ id }) => id)).size).toBe(6)
    other.undo()
    expect(other.items).toHaveLength(3)
  })

  it.each([
    ['no JSON', 'not JSON'],
    ['{"interventions":[]}', 'kind'],
    [
      '{"kind":"mq-studio interventions","version":1,"model":null,"interventions":[{"kind":"swap"}]}',
      'interventions.0',
    ],
  ])('refuses %s and stays as it was', (text, reason) => {
    const list = made()
    list.toggle(link())
    const before = list.items
    expect(() => list.read(text, 'cuts.json')).toThrow(reason)
    expect(list.items).toBe(before)
  })
})

describe('undo in Attention mode', () => {
  it('is of interventions alone, and elsewhere of labels alone', async () => {
    const editor = await TestEditor.open()
    editor.stroke([10, 10], [20, 10])
    const painted = editor.at(15, 10)
    editor.setMode('attention')
    expect(editor.run('edit.undo')).toBe(false)
    expect(editor.run('lab.undo')).toBe(false)
    editor.lab.interventions.toggle(link())
    editor.lab.interventions.toggle(link({ source: 'normals' }))
    expect(editor.run('lab.undo')).toBe(true)
    expect(editor.lab.interventions.items).toHaveLength(1)
    expect(editor.at(15, 10)).toBe(painted)
    editor.setMode('correct')
    expect(editor.run('lab.undo')).toBe(false)
    expect(editor.run('edit.undo')).toBe(true)
    await editor.settled()
    expect(editor.at(15, 10)).not.toBe(painted)
    expect(editor.lab.interventions.items).toHaveLength(1)
  })

  it('switches all off and on again', async () => {
    const editor = await TestEditor.open()
    editor.setMode('attention')
    expect(editor.run('lab.switch-all')).toBe(false)
    editor.lab.interventions.toggle(link())
    editor.run('lab.switch-all')
    expect(editor.lab.interventions.active).toEqual([])
    editor.run('lab.switch-all')
    expect(editor.lab.interventions.active).toHaveLength(1)
  })
})
