import { describe, expect, it } from 'vitest'
import { fuzz, TARGETS } from './fuzz/fuzz'

describe('damaged files', () => {
  for (const [name, target] of Object.entries(TARGETS))
    it(`${name}: 2000 are read or refused by name`, async () => {
      const { faults, read, refused } = await fuzz(target, 2000, 1)
      expect(faults).toEqual([])
      expect(read + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(2000)
      // A fuzzer whose files are all refused, or all read, tries nothing.
      expect(read).toBeGreaterThan(20)
      expect(Object.keys(refused).length).toBeGreaterThan(name === 'json' || name === 'onnx' ? 0 : 2)
    })
})
