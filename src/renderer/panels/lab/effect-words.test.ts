import { expect, it } from 'vitest'
import { createMap, type DenseMap } from '../../../shared/maps'
import type { TaskView } from '../../editor/types'
import { effectAmount, effectHere, effectUnit, effectWords } from './effect-words'

const task = (kind: TaskView['kind'], unit: string | null = null): TaskView => ({
  id: 'depth',
  label: 'Task',
  kind,
  unit,
  classes: kind === 'class' ? ['wall', 'floor'] : null,
  palette: null,
})
const pair = (
  kind: TaskView['kind'],
  before: number[],
  after: number[],
): { before: DenseMap; after: DenseMap } => {
  const [a, b] = [createMap(kind, 1, 1), createMap(kind, 1, 1)]
  a.data.set(before)
  b.data.set(after)
  return { before: a, after: b }
}
const here = { x: 0, y: 0 }
const depth = (before: number, after: number): string | null =>
  effectHere(task('scalar', 'm'), pair('scalar', [before], [after]), here)

it('says what became of a pixel in the unit that effects are printed in', () => {
  expect(effectHere(task('class'), pair('class', [0], [1]), here)).toBe('→ floor')
  expect(effectHere(task('class'), pair('class', [1], [1]), here)).toBe('same')
  expect(depth(2, 1.5)).toBe('−500 mm')
  expect(depth(2, 2.0031)).toBe('+3.1 mm')
  expect(depth(0, 1.5)).toBeNull()
  expect(effectHere(task('vector'), pair('vector', [0, 0, 1], [0, 1, 0]), here)).toBe('90°')
  expect(effectHere(task('probability'), pair('probability', [0.25], [0.5]), here)).toBe('+25 %')
})

it('puts no sign before a change that is printed as nothing', () => {
  expect(depth(2, 2)).toBe('0 mm')
  expect(depth(2, 2 - 1e-6)).toBe('<0.01 mm')
  expect(depth(2, 2 + 1e-6)).toBe('<0.01 mm')
})

it('says the mean over the photo in the same units, short and in sentences', () => {
  expect(effectAmount('class', 0.0314)).toBe('3.1 %')
  expect(effectAmount('scalar', 0.1234)).toBe('123 mm')
  expect(effectAmount('scalar', 0.0996)).toBe('100 mm')
  expect(effectAmount('vector', 4.25)).toBe('4.3°')
  expect(effectAmount('probability', 0.0123)).toBe('1.2 %')
  expect(effectWords('semseg', 0.0314)).toBe('3.1 % of the pixels')
  expect(effectUnit('semseg')).toBe('% of the pixels')
  expect(effectWords('depth', null)).toBe('nothing that could be measured')
})
