import { expect, it } from 'vitest'
import type { ReadoutEntry } from '../../editor/types'
import { rowsOf } from './rows'

const entry = (source: ReadoutEntry['source'], text: string): ReadoutEntry => ({
  task: 'semseg',
  source,
  text,
  colour: null,
})

it('shows the edited label, what it was, and a row for tasks without a value', () => {
  const rows = rowsOf(
    [
      { id: 'semseg', kind: 'class' },
      { id: 'depth', kind: 'scalar' },
    ],
    [entry('label', 'wall'), entry('corrected', 'door'), entry('prediction', 'wall')],
  )
  expect(rows.map((row) => [row.task, row.label?.text, row.was, row.prediction?.text])).toEqual([
    ['semseg', 'door', 'wall', 'wall'],
    ['depth', undefined, null, undefined],
  ])
})

it('falls back to the label and says nothing of a change where there is none', () => {
  expect(rowsOf([{ id: 'semseg', kind: 'class' }], [entry('label', 'wall')])[0]).toMatchObject({
    label: { text: 'wall' },
    was: null,
  })
  const same = rowsOf([{ id: 'semseg', kind: 'class' }], [entry('label', 'wall'), entry('corrected', 'wall')])
  expect(same[0]?.was).toBeNull()
})
