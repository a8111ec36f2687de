import { expect } from 'vitest'
import { TILE } from '../../src/shared/edit'
import { History } from '../../src/shared/history'
import { cloneMap, type DenseMap } from '../../src/shared/maps'

/** Runs a change of `map` as one gesture: undo gives back the bytes from before, redo those from after. */
export function expectReversible(map: DenseMap, change: () => unknown): void {
  const before = cloneMap(map)
  const history = new History()
  history.begin('edit')
  for (let ty = 0; ty * TILE < map.height; ty++)
    for (let tx = 0; tx * TILE < map.width; tx++) history.touch('map', map, { tx, ty })
  change()
  const after = cloneMap(map)
  const surface = { mapOf: () => map, selection: null }
  if (history.commit()) history.move('undo', surface)
  expect(map).toEqual(before)
  history.move('redo', surface)
  expect(map).toEqual(after)
}
