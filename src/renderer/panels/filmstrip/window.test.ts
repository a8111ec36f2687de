import { describe, expect, it } from 'vitest'
import { runInView, scrollToShow } from './window'

describe('runInView', () => {
  it('keeps what is in view and four spare items on each side', () => {
    expect(runInView(1000, 500, 100, 100_000)).toEqual({ first: 6, end: 19 })
  })

  it('stops at both ends of the list', () => {
    expect(runInView(0, 500, 100, 100_000)).toEqual({ first: 0, end: 9 })
    expect(runInView(9_999_500, 500, 100, 100_000)).toEqual({ first: 99_991, end: 100_000 })
  })

  it('is empty for an empty list, a hidden strip and a position past a list that has shrunk', () => {
    expect(runInView(0, 500, 100, 0)).toEqual({ first: 0, end: 0 })
    expect(runInView(0, 0, 100, 24)).toEqual({ first: 0, end: 0 })
    expect(runInView(9000, 500, 100, 24)).toEqual({ first: 24, end: 24 })
  })
})

describe('scrollToShow', () => {
  it('leaves the position alone while the item and its neighbours are in view', () => {
    expect(scrollToShow(1000, 500, 100, 12)).toBe(1000)
  })

  it('moves just far enough to either side and never before the start', () => {
    expect(scrollToShow(1000, 500, 100, 30)).toBe(2700)
    expect(scrollToShow(1000, 500, 100, 5)).toBe(400)
    expect(scrollToShow(1000, 500, 100, 0)).toBe(0)
  })
})
