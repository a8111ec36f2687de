import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTile, TILE, type TileAddress } from './edit'
import { ENTRY_OVERHEAD, entryBytes, History, type Change, type Surface } from './history'
import { bytesOf, cloneMap, createMap, type DenseMap, type MapKind } from './maps'

const WIDTH = TILE * 2 + 7
const HEIGHT = TILE + 9

interface Write {
  target: 'semseg' | 'normals'
  x: number
  y: number
  value: number
}
type Maps = Record<Write['target'], DenseMap>

const makeMaps = (): Maps => ({
  semseg: createMap('class', WIDTH, HEIGHT),
  normals: createMap('vector', WIDTH, HEIGHT),
})
const surfaceOf = (maps: Maps): Surface<Write['target']> => ({
  mapOf: (target) => maps[target],
  selection: null,
})
const snapshot = (maps: Maps): Uint8Array[] => Object.values(maps).map((map) => bytesOf(map).slice())
/** Byte for byte; the matcher's own comparison of large arrays takes seconds. */
const sameAs = (maps: Maps, expected: Uint8Array[] | undefined): boolean =>
  snapshot(maps).every((bytes, at) => bytes.every((value, index) => value === expected?.[at]?.[index]))

const clones = (maps: Maps): Maps => ({ semseg: cloneMap(maps.semseg), normals: cloneMap(maps.normals) })
/** What a move says it did is what the maps say. */
function expectTiles(change: Change<Write['target']> | null, before: Maps, after: Maps): void {
  for (const { target, patches } of change?.maps ?? [])
    for (const patch of patches()) {
      expect(Buffer.compare(patch.before, readTile(before[target], patch))).toBe(0)
      expect(Buffer.compare(patch.after, readTile(after[target], patch))).toBe(0)
    }
}

function write(history: History<Write['target']>, maps: Maps, { target, x, y, value }: Write): void {
  const map = maps[target]
  history.touch(target, map, { tx: Math.floor(x / TILE), ty: Math.floor(y / TILE) })
  if (map.kind === 'class') map.data[y * WIDTH + x] = value
  else map.data.fill(value / 7, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3)
}

const writes = fc.array(
  fc.record({
    target: fc.constantFrom('semseg' as const, 'normals' as const),
    x: fc.integer({ min: 0, max: WIDTH - 1 }),
    y: fc.integer({ min: 0, max: HEIGHT - 1 }),
    value: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 12 },
)
type Step = { kind: 'paint' | 'bail'; writes: Write[] } | { kind: 'undo' | 'redo' }
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('paint' as const, 'bail' as const), writes }),
    fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }),
  ),
  { maxLength: 20 },
)

describe('History', () => {
  it('undoes, redoes and bails exactly in any order', () => {
    fc.assert(
      fc.property(steps, (sequence: Step[]) => {
        const maps = makeMaps()
        const history = new History<Write['target']>()
        const surface = surfaceOf(maps)
        let states = [snapshot(maps)]
        let at = 0
        for (const step of sequence) {
          if ('writes' in step) {
            history.begin(step.kind)
            for (const one of step.writes) write(history, maps, one)
            if (step.kind === 'bail') history.bail()
            else if (history.commit()) states = [...states.slice(0, ++at), snapshot(maps)]
          } else if (step.kind === 'undo') {
            const held = clones(maps)
            const undone = history.move('undo', surface)
            expect(undone !== null).toBe(at > 0)
            expectTiles(undone, held, maps)
            at = Math.max(0, at - 1)
          } else {
            const held = clones(maps)
            const redone = history.move('redo', surface)
            expect(redone !== null).toBe(at < states.length - 1)
            expectTiles(redone, held, maps)
            at = Math.min(states.length - 1, at + 1)
          }
          expect(sameAs(maps, states[at])).toBe(true)
        }
        const entries = [...history.done, ...history.undone]
        expect(history.bytes).toBe(entries.reduce((sum, edit) => sum + entryBytes(edit), 0))
      }),
      { numRuns: 120 },
    )
  })

  it('does not record a gesture that changed nothing and keeps what can be redone', () => {
    const maps = makeMaps()
    const history = new History<Write['target']>()
    history.begin('paint')
    write(history, maps, { target: 'semseg', x: 3, y: 4, value: 2 })
    history.commit()
    history.move('undo', surfaceOf(maps))
    history.begin('nothing')
    write(history, maps, { target: 'semseg', x: 3, y: 4, value: 0 })
    expect(history.commit()).toBeNull()
    expect(history.undone).toHaveLength(1)
  })

  it('keeps only what changed of the tiles that changed', () => {
    const maps = makeMaps()
    const history = new History<Write['target']>()
    history.begin('corner')
    write(history, maps, { target: 'semseg', x: WIDTH - 1, y: HEIGHT - 1, value: 1 })
    write(history, maps, { target: 'semseg', x: 0, y: 0, value: 0 })
    const edit = history.commit()
    expect(edit?.maps).toHaveLength(1)
    expect(edit?.maps[0]?.patches()).toMatchObject([{ tx: 2, ty: 1 }])
    expect(edit?.maps[0]?.patches()[0]?.after.byteLength).toBe(7 * 9)
    // One pixel of one byte.
    expect(history.done[0]?.bytes).toBe(1)
  })

  it('refuses to undo over a map that was read again and changed elsewhere, and leaves everything as it is', () => {
    const maps = makeMaps()
    const history = new History<Write['target']>()
    history.begin('paint')
    write(history, maps, { target: 'semseg', x: 3, y: 4, value: 2 })
    history.commit()
    maps.semseg = cloneMap(maps.semseg)
    maps.semseg.data[4 * WIDTH + 3] = 9
    const before = cloneMap(maps.semseg)
    expect(() => history.move('undo', surfaceOf(maps))).toThrow(/changed elsewhere/)
    expect(maps.semseg.data).toEqual(before.data)
    expect(history.done).toHaveLength(1)
  })

  it('refuses undo during a gesture and drops the oldest entries first', () => {
    const maps = makeMaps()
    const history = new History<Write['target']>()
    for (const value of [1, 2, 3]) {
      history.begin(`paint ${value}`)
      write(history, maps, { target: 'semseg', x: 0, y: 0, value })
      history.commit()
    }
    history.begin('open')
    expect(history.move('undo', surfaceOf(maps))).toBeNull()
    history.bail()
    expect(history.dropOldest()).toBe(true)
    expect(history.done.map((edit) => edit.label)).toEqual(['paint 2', 'paint 3'])
    expect(history.dropOldest()).toBe(true)
    expect(history.dropOldest()).toBe(false)
  })

  it('costs the pixels a stroke changes, whatever the size of the map', () => {
    const sizes = [512, 4096].map((side) => {
      const map = createMap('class' satisfies MapKind, side, side)
      const history = new History()
      history.begin('dot')
      history.touch('semseg', map, { tx: 1, ty: 1 } satisfies TileAddress)
      map.data[(TILE + 1) * side + TILE + 1] = 1
      history.commit()
      return history.bytes
    })
    expect(sizes).toEqual([1 + ENTRY_OVERHEAD, 1 + ENTRY_OVERHEAD])
  })
})
