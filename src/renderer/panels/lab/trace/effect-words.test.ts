import { expect, it } from 'vitest'
import { createMap, type DenseMap } from '../../../../shared/maps'
import type { TaskView } from '../../../editor/types'
import { effectHere, effectOverall } from './effect-words'

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

it('says what became of a pixel in the unit of its task', () => {
  expect(effectHere(task('class'), pair('class', [0], [1]), here)).toBe('→ floor')
  expect(effectHere(task('class'), pair('class', [1], [1]), here)).toBe('same')
  expect(effectHere(task('scalar', 'm'), pair('scalar', [2], [1.5]), here)).toBe('−0.50 m')
  expect(effectHere(task('scalar', 'm'), pair('scalar', [0], [1.5]), here)).toBeNull()
  expect(effectHere(task('vector'), pair('vector', [0, 0, 1], [0, 1, 0]), here)).toBe('90.0°')
  expect(effectHere(task('probability'), pair('probability', [0.25], [0.5]), here)).toBe('+0.25')
})

it('says the mean over the photo', () => {
  expect(effectOverall(task('class'), 0.0314)).toBe('3.1 %')
  expect(effectOverall(task('scalar', 'm'), 0.1234)).toBe('0.123 m')
  expect(effectOverall(task('vector'), 4.25)).toBe('4.3°')
  expect(effectOverall(task('probability'), 0.0123)).toBe('0.012')
})
