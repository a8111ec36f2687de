import { describe, expect, it } from 'vitest'
import { IMAGES, PLANES } from './resample.oracle'
import { placement, planeResizer, resizeTriangle } from './resample'

function noise(count: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count)
  for (let i = 0, state = 1; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    out[i] = state >>> 24
  }
  return out
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

describe('resizeTriangle', () => {
  it.each(IMAGES)('equals PIL BILINEAR, $from -> $to', ({ from, to, rgb }) => {
    const [width, height] = [from[0]!, from[1]!]
    const result = resizeTriangle({ width, height, data: noise(width * height * 3) }, to[0]!, to[1]!)
    expect(result.data).toEqual(bytes(rgb))
  })
})

describe('planeResizer', () => {
  it.each(PLANES)('equals torch bilinear, $plane -> $to', ({ plane, window, to, values }) => {
    const expected = new Float32Array(bytes(values).buffer)
    const [height, width] = [to[0]!, to[1]!]
    const source = Float32Array.from([7, ...noise(plane[0]! * plane[1]!)])
    const target = new Float32Array(width * height)
    planeResizer(plane[1]!, window, { width, height }).resize(source, 1, target)
    const worst = target.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
    expect(worst).toBeLessThan(255 * 1e-6) // torch keeps positions in float32
  })

  it('copies values unchanged when only padding is cropped', () => {
    const target = new Float32Array(4)
    const window = { left: 1, top: 1, width: 2, height: 2 }
    planeResizer(4, window, window).resize(
      Float32Array.from({ length: 16 }, (_, i) => i / 3),
      0,
      target,
    )
    expect([...target]).toEqual([...Float32Array.of(5 / 3, 6 / 3, 9 / 3, 10 / 3)])
  })
})

describe('placement', () => {
  const input = { width: 160, height: 120 }
  it.each([
    ['an equal image stays', { width: 160, height: 120 }, { left: 0, top: 0, width: 160, height: 120 }],
    [
      'a smaller one is centred, never enlarged',
      { width: 101, height: 51 },
      { left: 29, top: 34, width: 101, height: 51 },
    ],
    ['a wide one fits the width', { width: 640, height: 240 }, { left: 0, top: 30, width: 160, height: 60 }],
    ['a tall one fits the height', { width: 100, height: 240 }, { left: 55, top: 0, width: 50, height: 120 }],
    [
      'halves go to the even neighbour, as in Python',
      { width: 320, height: 5 },
      { left: 0, top: 59, width: 160, height: 2 },
    ],
    ['a sliver keeps one pixel', { width: 16000, height: 1 }, { left: 0, top: 59, width: 160, height: 1 }],
  ])('%s', (_, image, expected) => expect(placement(image, input)).toEqual(expected))
})
