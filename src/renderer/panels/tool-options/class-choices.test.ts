import { describe, expect, it } from 'vitest'
import { classChoices, matching } from './class-choices'

const choices = classChoices({
  classes: ['wall', 'floor', 'cabinet', 'bookshelf', 'shelves'],
  palette: [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
    [10, 11, 12],
    [13, 14, 15],
  ],
})

describe('class choices', () => {
  it('are the classes in order and then ignore, which has no colour', () => {
    expect(choices.map((choice) => choice.index)).toEqual([0, 1, 2, 3, 4, 255])
    expect(choices[1]).toEqual({ index: 1, name: 'floor', colour: 'rgb(4 5 6)' })
    expect(choices.at(-1)).toEqual({ index: 255, name: 'ignore', colour: null })
  })

  it('are found by a part of the name, beginnings first, and by index', () => {
    expect(matching(choices, 'SHEL').map((choice) => choice.name)).toEqual(['shelves', 'bookshelf'])
    expect(matching(choices, '255').map((choice) => choice.name)).toEqual(['ignore'])
    expect(matching(choices, ' ')).toBe(choices)
    expect(matching(choices, 'zebra')).toEqual([])
  })
})
