import { expect, it } from 'vitest'
import { paceOf } from './pace'

it('tells the rate since the first mark and the time that is left', () => {
  expect(paceOf({ at: 1000, done: 4 }, { at: 5000, done: 12 }, 24)).toBe('2.0/s, 6 s left')
  expect(paceOf({ at: 0, done: 0 }, { at: 10_000, done: 250 }, 100_000)).toBe('25/s, 67 min left')
})

it('tells nothing before something was done', () => {
  expect(paceOf({ at: 0, done: 3 }, { at: 9000, done: 3 }, 24)).toBeNull()
  expect(paceOf({ at: 0, done: 0 }, { at: 0, done: 5 }, 24)).toBeNull()
})
