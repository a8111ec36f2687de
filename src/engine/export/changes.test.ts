import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMap } from '../../shared/maps'
import { changesBetween } from './changes'

const CLASSES = ['wall', 'floor', 'door']
/** More pixels than are compared at once, and not a multiple of them. */
const [WIDTH, HEIGHT] = [131, 67]
const pixels = fc.array(fc.nat({ max: WIDTH * HEIGHT - 1 }), { maxLength: 40 })

describe('changesBetween', () => {
  it('counts as one pixel after the other does', () => {
    const edits = fc.array(fc.tuple(fc.nat({ max: WIDTH * HEIGHT - 1 }), fc.constantFrom(0, 1, 2, 255)), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(edits, (edit) => {
        const before = createMap('class', WIDTH, HEIGHT)
        for (let i = 0; i < before.data.length; i++) before.data[i] = i % 7 === 0 ? 255 : i % 3
        const after = { ...before, data: before.data.slice() }
        for (const [at, value] of edit) after.data[at] = value
        const counts = new Map<string, number>()
        let changed = 0
        for (const [i, value] of after.data.entries()) {
          if (value !== before.data[i]) changed++
          const [old, now] = [CLASSES[before.data[i]!] ?? 'void', CLASSES[value] ?? 'void']
          counts.set(old, (counts.get(old) ?? 0) - 1)
          counts.set(now, (counts.get(now) ?? 0) + 1)
        }
        expect(changesBetween(before, after, CLASSES)).toEqual({
          pixelsChanged: changed,
          classPixels: Object.fromEntries([...counts].filter(([, count]) => count !== 0)),
        })
      }),
      { numRuns: 30 },
    )
  })

  it('counts a vector once, whichever of its parts changed', () => {
    fc.assert(
      fc.property(pixels, fc.nat({ max: 2 }), (touched, part) => {
        const before = createMap('vector', WIDTH, HEIGHT)
        const after = { ...before, data: before.data.slice() }
        for (const pixel of touched) after.data.fill(1, pixel * 3 + part, pixel * 3 + 3)
        expect(changesBetween(before, after, null)).toEqual({
          pixelsChanged: new Set(touched).size,
          classPixels: null,
        })
      }),
      { numRuns: 30 },
    )
  })

  it('takes 0 and -0 for the same value', () => {
    const before = createMap('scalar', 4, 4)
    const after = { ...before, data: before.data.slice().fill(-0) }
    expect(changesBetween(before, after, null).pixelsChanged).toBe(0)
  })
})
