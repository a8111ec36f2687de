import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors'
import { TestEditor } from './test-editor'

describe('reviews', () => {
  it('are decided by label and followed when another window decides', async () => {
    const editor = await TestEditor.open()
    expect(editor.reviews.overall).toBe('todo')
    await editor.reviews.set('depth', { comment: 'too far' })
    await editor.reviews.set('depth', { state: 'done' })
    expect(editor.reviews.rows.find(({ task }) => task === 'depth')).toMatchObject({
      state: 'done',
      comment: 'too far',
    })
    expect(editor.reviews.overall).toBe('doing')
    const review = { state: 'rejected', comment: '', time: '' } as const
    editor.fake.emit({ type: 'review', sample: 'one', task: 'edge', review })
    expect(editor.reviews.overall).toBe('rejected')
  })

  it('say that a corrected label is being worked on, unless it was decided', async () => {
    const editor = await TestEditor.open()
    await editor.reviews.set('edge', { state: 'done' })
    for (const task of ['depth', 'edge'] as const)
      editor.fake.emit({ type: 'correction', sample: 'one', task, revision: 0 })
    const states = Object.fromEntries(editor.reviews.rows.map(({ task, state }) => [task, state]))
    expect(states).toEqual({ semseg: 'todo', depth: 'doing', normals: 'todo', edge: 'done' })
  })

  it('finish a sample and go on to the next one with work left', async () => {
    const editor = await TestEditor.open()
    await editor.reviews.finish()
    await editor.settled()
    expect(editor.sampleId).toBe('two')
    expect(editor.film.loaded[0]?.reviews).toEqual({
      semseg: 'done',
      depth: 'done',
      normals: 'done',
      edge: 'done',
    })
    await editor.openSample('three')
    await editor.reviews.openNextUnfinished()
    await editor.settled()
    expect(editor.sampleId).toBe('two')
  })

  it('change nothing when they cannot be saved', async () => {
    const editor = await TestEditor.open()
    editor.fake.failures.correct = new AppError('write_failed', 'The disk is full.')
    await editor.reviews.finish()
    expect(editor.sampleId).toBe('one')
    expect(editor.reviews.overall).toBe('todo')
    expect(editor.notices.items.at(-1)?.message).toBe('The disk is full.')
  })
})
