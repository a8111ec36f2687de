import { afterEach, describe, expect, it, vi } from 'vitest'
import { Paced, PACE_MS, REST_MS } from './paced.svelte'

afterEach(() => vi.useRealTimers())

describe('a paced value', () => {
  it('shows the first and nothing at once, and of many only the last in time', () => {
    vi.useFakeTimers()
    const paced = new Paced<number>()
    paced.follow(1)
    expect(paced.shown).toBe(1)
    const seen = new Set<number | null>()
    for (let value = 2; value < 100; value++) {
      paced.follow(value)
      seen.add(paced.shown)
      vi.advanceTimersByTime(REST_MS - 10)
    }
    vi.advanceTimersByTime(REST_MS)
    expect(paced.shown).toBe(99)
    // 98 values in 4.9 seconds: the first, and one for each pace.
    expect([...seen].length).toBe(1 + Math.floor(4900 / PACE_MS))
    // At rest it does not wait for the pace.
    paced.follow(99.5)
    vi.advanceTimersByTime(REST_MS)
    expect(paced.shown).toBe(99.5)
    paced.follow(100)
    paced.follow(null)
    expect(paced.shown).toBeNull()
    vi.advanceTimersByTime(PACE_MS)
    expect(paced.shown).toBeNull()
  })
})
