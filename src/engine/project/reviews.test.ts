import { readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { overallState } from '../../shared/review'
import { Reviews } from './reviews'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})
const FILE = (): string => join(folder, 'reviews.jsonl')

describe('reviews', () => {
  it('are kept by sample and task, the last decision counts', async () => {
    const reviews = await Reviews.open(folder)
    await reviews.set('a', 'depth', { state: 'doing', comment: '' })
    await reviews.set('a', 'semseg', { state: 'rejected', comment: 'the "chair" is a\nstool' })
    await reviews.set('a', 'depth', { state: 'done', comment: 'ok' })
    const again = await Reviews.open(folder)
    expect(again.of('a')).toEqual(reviews.of('a'))
    expect(again.of('a').depth).toMatchObject({ state: 'done', comment: 'ok' })
    expect(again.of('a').semseg?.comment).toBe('the "chair" is a\nstool')
    expect(again.of('b')).toEqual({})
  })

  it('lose only a line that was cut off, and go on after it', async () => {
    const reviews = await Reviews.open(folder)
    await reviews.set('a', 'depth', { state: 'done', comment: '' })
    const whole = (await stat(FILE())).size
    await reviews.set('b', 'depth', { state: 'done', comment: '' })
    for (let cut = whole; cut < 2 * whole; cut += 7) {
      await truncate(FILE(), Math.max(whole, 2 * whole - cut))
      const left = await Reviews.open(folder)
      expect(left.of('a').depth?.state).toBe('done')
      expect(left.of('b')).toEqual({})
      await left.set('c', 'edge', { state: 'doing', comment: '' })
      expect((await Reviews.open(folder)).of('c').edge?.state).toBe('doing')
    }
  })

  it('do not grow without end', async () => {
    const reviews = await Reviews.open(folder)
    for (let turn = 0; turn < 210; turn++)
      await reviews.set('a', 'depth', { state: turn % 2 ? 'done' : 'doing', comment: '' })
    expect((await readFile(FILE(), 'utf8')).split('\n').length).toBeLessThan(100)
    expect((await Reviews.open(folder)).of('a').depth?.state).toBe('done')
  })
})

describe('the state of several labels', () => {
  it('is the one that needs attention', () => {
    expect(overallState([])).toBe('todo')
    expect(overallState(['todo', 'todo'])).toBe('todo')
    expect(overallState(['done', 'todo'])).toBe('doing')
    expect(overallState(['done', 'done'])).toBe('done')
    expect(overallState(['done', 'rejected'])).toBe('rejected')
  })
})
