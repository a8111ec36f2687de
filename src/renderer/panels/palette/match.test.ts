import { describe, expect, it } from 'vitest'
import { matchRank } from './match'

describe('finding a command', () => {
  it('takes every word into account, beginnings first', () => {
    expect(matchRank('', 'Fill holes')).toBe(0)
    expect(matchRank('fill', 'Fill holes')).toBe(0)
    expect(matchRank('hol', 'Fill holes')).toBe(1)
    expect(matchRank('oles', 'Fill holes')).toBe(2)
    expect(matchRank('holes fi', 'Fill holes')).toBe(1)
    expect(matchRank('fill depth', 'Fill holes')).toBeNull()
  })
})
