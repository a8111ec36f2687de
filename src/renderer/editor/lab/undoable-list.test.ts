import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UndoableList } from './undoable-list.svelte'

interface Item {
  readonly id: string
  readonly enabled: boolean
}
const item = (id: string, enabled = true): Item => ({ id, enabled })

describe('a list that can be undone', () => {
  it('goes back through every list it had, and forward again', () => {
    const lists = fc.array(
      fc.array(
        fc.nat(5).map((id) => item(String(id))),
        { maxLength: 4 },
      ),
      {
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(lists, (given) => {
        const list = new UndoableList<Item>()
        const seen = [list.items]
        for (const next of given) {
          list.change(next, 'change')
          if (list.items !== seen.at(-1)) seen.push(list.items)
        }
        for (const before of seen.slice(0, -1).reverse()) {
          list.undo()
          expect(list.items).toBe(before)
        }
        expect(list.undoLabel).toBeNull()
        for (const after of seen.slice(1)) {
          list.redo()
          expect(list.items).toBe(after)
        }
        expect(list.redoLabel).toBeNull()
      }),
    )
  })

  it('counts a dragged slider as one step', () => {
    const list = new UndoableList<Item>()
    const first = [item('a')]
    list.change(first, 'Cut depth')
    for (const step of [1, 2, 3]) list.change([item(`a${step}`)], 'Scale depth', 'factor/a')
    expect(list.undoLabel).toBe('Scale depth')
    list.undo()
    expect(list.items).toBe(first)
    list.change([item('b')], 'Scale depth', 'factor/a')
    list.undo()
    expect(list.items).toBe(first)
  })

  it('forgets what was undone as soon as something else is done', () => {
    const list = new UndoableList<Item>()
    list.change([item('a')], 'one')
    list.undo()
    list.change([item('b')], 'two')
    expect(list.redoLabel).toBeNull()
    expect(list.items.map(({ id }) => id)).toEqual(['b'])
  })

  it('leaves out what is switched off', () => {
    const list = new UndoableList<Item>()
    list.change([item('a', false), item('b')], 'two')
    expect(list.active.map(({ id }) => id)).toEqual(['b'])
  })
})
