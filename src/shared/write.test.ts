import { describe, expect, it } from 'vitest'
import { createMap } from './maps'
import { createMask } from './mask'
import { copyMask, fillMask } from './write'

const mask = createMask({ width: 3, height: 2 }, Uint8Array.of(0, 1, 1, 1, 0, 0))

describe('writing through a mask', () => {
  it('fills and copies selected pixels only, of every channel', () => {
    const map = createMap('vector', 3, 2)
    fillMask(map, mask, [0, 0.6, 0.8])
    const wanted = [...mask.data].flatMap((bit) => (bit ? [0, 0.6, 0.8] : [0, 0, 0]))
    expect([...map.data]).toEqual([...Float32Array.from(wanted)])

    const source = createMap('class', 3, 2)
    source.data.fill(7)
    const target = createMap('class', 3, 2)
    copyMask(target, mask, source)
    expect([...target.data]).toEqual([0, 7, 7, 7, 0, 0])
    fillMask(target, mask, [255])
    expect([...target.data]).toEqual([0, 255, 255, 255, 0, 0])
    expect(() => copyMask(map, mask, source)).toThrow(
      'a 3x2 class map cannot be copied into a 3x2 vector map',
    )
  })
})
