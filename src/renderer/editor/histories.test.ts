import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TILE } from '../../shared/edit'
import { ENTRY_OVERHEAD } from '../../shared/history'
import { createMap, type DenseMap } from '../../shared/maps'
import type { ByteStore } from '../api/spill-store'
import { Histories } from './histories.svelte'
import { decodeStep, encodeStep } from './spill'

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

  describe('with a disk', () => {
    /** A disk in memory that counts what it holds. */
    function disk(): ByteStore & { held: Map<number, Uint8Array<ArrayBuffer>>; full: boolean } {
      const held = new Map<number, Uint8Array<ArrayBuffer>>()
      return {
        held,
        full: false,
        put(key, bytes) {
          if (this.full) return Promise.reject(new Error('the disk is full'))
          held.set(key, bytes)
          return Promise.resolve()
        },
        get: (key) => Promise.resolve(held.get(key)!),
        delete: (keys) => {
          for (const key of keys) held.delete(key)
          return Promise.resolve()
        },
      }
    }
    /** Gives every pixel of a tile of its own a value of `seed`, and returns the map. */
    function strokeOn(histories: Histories, map: DenseMap, seed: number): void {
      const history = histories.current
      history.begin(`paint ${seed}`)
      const tile = { tx: seed % 3, ty: 0 }
      history.touch('semseg', map, tile)
      for (let at = 0; at < 900; at++)
        map.data[(seed % 3) * TILE + (at % 30) + Math.floor(at / 30) * map.width] = (seed * 31 + at * 7) % 251
      history.commit()
      histories.changed()
    }
    async function goBack(histories: Histories, map: DenseMap): Promise<boolean> {
      const entry = histories.current.next('undo')
      if (!entry) return false
      await histories.recall(entry)
      const moved = histories.current.move('undo', { mapOf: () => map, selection: null })
      histories.changed()
      return moved !== null
    }

    it('10,000 strokes stay in the budget, and every one of them can be undone', async () => {
      const budget = 4 * 1024 * 1024
      const store = disk()
      const histories = new Histories(store, budget)
      histories.open('one')
      const map = createMap('class', 3 * TILE, TILE)
      const states: number[] = []
      let most = 0
      for (let stroke = 1; stroke <= 10_000; stroke++) {
        states.push(crc32(map.data))
        strokeOn(histories, map, stroke)
        most = Math.max(most, histories.bytes)
        if (stroke % 50 === 0) await histories.spilled()
      }
      expect(most).toBeLessThanOrEqual(budget)
      expect(histories.list).toHaveLength(10_000)
      expect(store.held.size).toBeGreaterThan(5_000)
      for (let stroke = 10_000; stroke > 0; stroke--) {
        expect(await goBack(histories, map)).toBe(true)
        if (crc32(map.data) !== states[stroke - 1]) throw new Error(`stroke ${stroke} came back wrong`)
        expect(histories.bytes).toBeLessThanOrEqual(budget)
        if (stroke % 50 === 0) await histories.spilled()
      }
      expect(histories.canUndo).toBe(false)
    })

    it('a full disk costs the oldest steps, never the budget', async () => {
      const store = disk()
      store.full = true
      const histories = new Histories(store, 20_000)
      histories.open('one')
      const map = createMap('class', 3 * TILE, TILE)
      for (let stroke = 1; stroke <= 100; stroke++) {
        strokeOn(histories, map, stroke)
        await histories.spilled()
        expect(histories.bytes).toBeLessThanOrEqual(20_000)
      }
      const kept = histories.list.length
      expect(kept).toBeGreaterThan(5)
      expect(histories.list.at(-1)?.label).toBe('paint 100')
      for (let left = kept; left > 0; left--) expect(await goBack(histories, map)).toBe(true)
    })

    it('what can no longer be reached leaves the disk', async () => {
      const store = disk()
      const histories = new Histories(store, 8_000)
      histories.open('one')
      const map = createMap('class', 3 * TILE, TILE)
      for (let stroke = 1; stroke <= 30; stroke++) {
        strokeOn(histories, map, stroke)
        await histories.spilled()
      }
      expect(store.held.size).toBeGreaterThan(10)
      while (await goBack(histories, map)) await histories.spilled()
      // A new stroke ends what could be redone.
      strokeOn(histories, map, 99)
      await histories.spilled()
      expect(histories.list.map(({ label }) => label)).toEqual(['paint 99'])
      expect(store.held.size).toBe(0)
    })
  })

  it('a step keeps its labels and its selection through the disk', async () => {
    const mask = {
      width: 5,
      height: 4,
      bounds: { x: 1, y: 1, width: 3, height: 2 },
      runs: Uint32Array.of(1, 2, 3),
    }
    const patch = { tx: 1, ty: 2, x: 65, y: 130, width: 2, height: 1, sum: 4_000_000_000, bytesSum: 7 }
    const step = {
      maps: [
        { target: 'semseg' as const, patches: [{ ...patch, bytes: Uint8Array.of(3, 4) }], leftOn: null },
        {
          target: 'normals' as const,
          patches: [{ ...patch, bytes: Uint8Array.from({ length: 24 }, (_, at) => at) }],
          leftOn: null,
        },
      ],
      selection: { other: mask },
    }
    expect(await decodeStep(await encodeStep(step))).toEqual(step)
    const bare = { maps: [], selection: { other: null } }
    expect(await decodeStep(await encodeStep(bare))).toEqual(bare)
  })
})
