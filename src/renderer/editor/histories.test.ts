import { describe, expect, it } from 'vitest'
import { TILE } from '../../shared/edit'
import { ENTRY_OVERHEAD } from '../../shared/history'
import { createMap } from '../../shared/maps'
import { Histories } from './histories.svelte'

/** One edit of one whole tile costs this many bytes. */
const EDIT = TILE * TILE + ENTRY_OVERHEAD

function paint(histories: Histories, value: number): void {
  const map = createMap('class', TILE, TILE)
  const history = histories.current
  history.begin(`paint ${value}`)
  history.touch('semseg', map, { tx: 0, ty: 0 })
  map.data.fill(value)
  history.commit()
  histories.changed()
}

describe('Histories', () => {
  it('forgets the oldest edits of the sample left longest ago first', () => {
    const histories = new Histories(null, 3 * EDIT)
    histories.open('one')
    paint(histories, 1)
    paint(histories, 2)
    histories.open('two')
    paint(histories, 3)
    expect(histories.bytes).toBe(3 * EDIT)
    paint(histories, 4)
    expect(histories.list.map(({ label }) => label)).toEqual(['paint 3', 'paint 4'])
    histories.open('one')
    expect(histories.list.map(({ label }) => label)).toEqual(['paint 2'])
    expect(histories.bytes).toBe(3 * EDIT)
  })

  it('keeps the newest edit of the open sample whatever the budget', () => {
    const histories = new Histories(null, EDIT / 2)
    histories.open('one')
    paint(histories, 1)
    paint(histories, 2)
    expect(histories.list.map(({ label }) => label)).toEqual(['paint 2'])
    expect(histories.canUndo).toBe(true)
  })
})
