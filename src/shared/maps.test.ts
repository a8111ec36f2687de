import { describe, expect, it } from 'vitest'
import { bytesOf, cloneMap, createMap, mapFromBytes, MAX_PIXELS } from './maps'

describe('maps', () => {
  it('stores each kind in its own dtype', () => {
    expect(createMap('class', 3, 2).data).toEqual(new Uint8Array(6))
    expect(createMap('scalar', 3, 2).data).toEqual(new Float32Array(6))
    expect(createMap('vector', 3, 2).data).toEqual(new Float32Array(18))
    expect(createMap('probability', 3, 2).data).toEqual(new Float32Array(6))
  })
  it('reads floats from bytes at any alignment', () => {
    const values = Float32Array.of(1.5, -2, 0.25, 8)
    for (const offset of [0, 1, 2, 3]) {
      const buffer = new Uint8Array(16 + offset)
      buffer.set(new Uint8Array(values.buffer), offset)
      expect(mapFromBytes('scalar', 2, 2, buffer.subarray(offset)).data).toEqual(values)
    }
  })
  it('refuses wrong sizes before it allocates', () => {
    expect(() => createMap('class', MAX_PIXELS, 2)).toThrow(/exceed the limit/)
    expect(() => createMap('class', 0, 2)).toThrow(/positive size/)
    expect(() => createMap('class', 1.5, 2)).toThrow(/positive size/)
    expect(() => mapFromBytes('scalar', 2, 2, new Uint8Array(15))).toThrow('needs 16 bytes, found 15')
  })
  it('clones deeply and shares bytes only on request', () => {
    const map = createMap('class', 2, 2)
    const copy = cloneMap(map)
    bytesOf(map)[3] = 7
    expect([...map.data]).toEqual([0, 0, 0, 7])
    expect([...copy.data]).toEqual([0, 0, 0, 0])
  })
})
