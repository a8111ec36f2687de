import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { REST_MS } from './rested.svelte'
import { TestEditor } from './test-editor'
import { sourcesOf } from './view.svelte'

const panes = (editor: TestEditor): string[] =>
  editor.panes.map(({ task, source, pair }) => `${task} ${source} ${pair.join('/')}`)

describe('comparisons', () => {
  it('shows two layers of one task side by side, whatever the layout', async () => {
    const editor = await TestEditor.open()
    editor.run('view.split')
    expect(panes(editor)).toEqual([
      'semseg corrected corrected/prediction',
      'semseg prediction corrected/prediction',
    ])
    expect(new Set(editor.panes.map(({ key }) => key)).size).toBe(2)
    editor.run('view.split')
    expect(editor.panes.map(({ source }) => source)).toEqual([null, null, null, null])
  })

  it('wipes in every task of the grid and fetches both layers', async () => {
    const editor = await TestEditor.open()
    editor.setSide(1, 'label')
    editor.run('view.swipe')
    await editor.settled()
    expect(panes(editor)).toContain('depth swipe corrected/label')
    expect(editor.panes.every((pane) => sourcesOf(pane).includes('label'))).toBe(true)
    expect(editor.workspace.map('depth', 'label')).toBeDefined()
  })

  it('swaps the sides when one is set to the other', async () => {
    const { view } = await TestEditor.open()
    view.setSide(0, 'prediction')
    expect(view.pair).toEqual(['prediction', 'corrected'])
    view.setSide(1, 'photo')
    expect(view.pair).toEqual(['prediction', 'photo'])
  })

  it('has no use for the photo in a difference', async () => {
    const { view } = await TestEditor.open()
    view.setSide(0, 'photo')
    view.compare('difference')
    expect(view.pair).toEqual(['corrected', 'prediction'])
  })

  it('leaves attention and the panes of a review as they are', async () => {
    const editor = await TestEditor.open()
    editor.setMode('review')
    expect(editor.panes.every(({ source }) => source === 'difference')).toBe(true)
    editor.setMode('attention')
    expect(editor.run('view.swipe')).toBe(false)
    expect(editor.panes.every(({ source }) => source === null)).toBe(true)
  })
})

describe('the range of depth', () => {
  it('stays while one paints and is fitted anew on demand', async () => {
    const editor = await TestEditor.open()
    editor.setTask('depth')
    const before = editor.legend.depthWindow
    const style = editor.legend.styleOf('depth')
    editor.painter.paint.value = [9]
    editor.stroke([10, 10], [30, 10], 'depth')
    expect(editor.legend.depthWindow).toEqual(before)
    expect(editor.legend.styleOf('depth')).toBe(style)
    expect(editor.legend.depthHistogram).toMatchObject({ min: 2.5, max: 9, exact: true })
    editor.legend.autoDepthWindow()
    expect(editor.legend.depthWindow).toEqual({ min: 2.5, max: 9, auto: true })
  })
})

describe('class counts', () => {
  it('follow strokes and undo a moment later, so that neither waits for them', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const editor = await TestEditor.open()
    const counts = (): number[] => editor.legend.entries.map(({ pixels }) => pixels)
    const expected = (): number[] =>
      [0, 1, 2].map((index) => editor.classMap().data.filter((one) => one === index).length)
    const before = counts()
    expect(before).toEqual(expected())
    editor.setActiveClass(2)
    editor.stroke([5, 5], [60, 40])
    expect(counts()).toEqual(before)
    vi.advanceTimersByTime(REST_MS)
    expect(counts()).not.toEqual(before)
    expect(counts()).toEqual(expected())
    editor.run('edit.undo')
    await editor.settled()
    void counts()
    vi.advanceTimersByTime(REST_MS)
    expect(counts()).toEqual(before)
    editor.legend.toggle(1)
    editor.legend.setSolo(2)
    editor.legend.showAll()
    expect(editor.legend.entries.some(({ hidden }) => hidden)).toBe(false)
  })
})

describe('a locked layer', () => {
  it('is not painted on, says why, and is painted on again when unlocked', async () => {
    const editor = await TestEditor.open()
    const before = editor.classMap().data.slice()
    editor.setActiveClass(2)
    editor.setLocked('semseg', 'corrected', true)
    editor.stroke([5, 5], [60, 40])
    expect(editor.classMap().data).toEqual(before)
    expect(editor.notices.items.at(-1)?.message).toMatch(/locked/)
    editor.setLocked('semseg', 'corrected', false)
    editor.stroke([5, 5], [60, 40])
    expect(editor.classMap().data).not.toEqual(before)
  })

  it('takes back a stroke in progress', async () => {
    const editor = await TestEditor.open()
    const before = editor.classMap().data.slice()
    editor.setActiveClass(2)
    editor.down(5, 5).move([60, 40])
    editor.setLocked('semseg', 'corrected', true)
    expect(editor.classMap().data).toEqual(before)
  })
})
