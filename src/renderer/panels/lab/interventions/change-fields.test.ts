import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CHANGE_KINDS,
  fieldsOf,
  numbersText,
  parseNumbers,
  type Field,
  type FieldContext,
} from './change-fields'
import type { Change } from '../../../editor/lab/changes'

const context: FieldContext = {
  tasks: ['semseg', 'depth'],
  strides: [4, 8],
  heads: 2,
  queries: 16,
  splits: ['train', 'val'],
  samples: ['0002', '0003'],
  gates: true,
  decoderCuts: true,
}
const start = (kind: Change['kind'], of = context): Change => {
  const change = CHANGE_KINDS.find((one) => one.kind === kind)?.start(of, 'remove')
  if (!change) throw new Error(`${kind} does not start`)
  return change
}
const field = (change: Change, label: string): Field => {
  const found = fieldsOf(change, context).find((one) => one.label === label)
  if (!found) throw new Error(`no field ${label}`)
  return found
}
/** Chooses an option by its words, or writes a text. */
function edit(change: Change, label: string, words: string): Change | null {
  const found = field(change, label)
  if (!('options' in found)) return found.set(words)
  const option = found.options.find((one) => one.label === words)
  return option ? found.set(option.value) : null
}

describe('fields of a change', () => {
  it.each([
    ['taskLink', 'Read', 'Depth', { source: 'depth' }],
    ['taskLink', 'At', '1/8', { scale: 1 }],
    ['taskLink', 'Head', 'Head 2', { head: 1 }],
    ['taskLink', 'Rest', 'Renormalise: others take over', { mode: 'renormalise' }],
    ['scaleLink', 'By', '1/8', { target: 1 }],
    ['scaleLink', 'Task', 'Depth', { task: 'depth' }],
    ['query', 'Which', '3-5, 16', { queries: [2, 3, 4, 15] }],
    ['head', 'Step', 'in the decoder', { step: 'decoder' }],
    ['swap', 'Image', ' 0009 ', { sample: '0009' }],
    ['swap', 'Which', 'Query 4', { query: 3 }],
    ['mean', 'Mean of', 'val', { split: 'val' }],
    ['mean', 'Mean of', 'All images', { split: null }],
  ] as const)('edits the %s field %s to %s and nothing else', (kind, label, words, expected) => {
    const change = start(kind)
    expect(edit(change, label, words)).toEqual({ ...change, ...expected })
  })

  it('goes back to all of them', () => {
    const one = edit(start('taskLink'), 'At', '1/8')
    expect(one && edit(one, 'At', 'All scales')).toEqual(start('taskLink'))
  })

  it('offers only what the bundle allows', () => {
    const kinds = (of: FieldContext): string[] =>
      CHANGE_KINDS.filter((one) => one.allowed(of)).map(({ kind }) => kind)
    const old = { ...context, strides: [16], gates: false, decoderCuts: false }
    expect(kinds(old)).toEqual(['taskLink', 'swap', 'mean'])
    expect(kinds(context)).toHaveLength(6)
    expect(start('head', { ...context, gates: false })).toMatchObject({ step: 'decoder' })
    const link = { ...start('taskLink'), mode: 'renormalise' as const }
    expect(fieldsOf(link, old).map(({ label }) => label)).not.toContain('Rest')
  })

  it('starts with what exists: no image to swap in, no swap', () => {
    const none = { ...context, samples: [] }
    expect(CHANGE_KINDS.find((one) => one.kind === 'swap')?.start(none, 'remove')).toBeNull()
  })
})

describe('numbers of queries', () => {
  it('are written as people count and read back', () => {
    expect(numbersText([0, 1, 2, 6])).toBe('1-3, 7')
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40), { minLength: 1 }), (numbers) => {
        const sorted = [...numbers].sort((a, b) => a - b)
        expect(parseNumbers(numbersText(numbers), 41)).toEqual(sorted)
      }),
    )
  })
  it.each(['', '0', '17', '5-3', 'a', '1.5', '-2'])('refuses %s', (text) =>
    expect(parseNumbers(text, 16)).toBeNull(),
  )
})
