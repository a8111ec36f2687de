import { describe, expect, it } from 'vitest'
import { areaOf } from '../../../shared/mask'
import { cloneMap, createMap, type DenseMap } from '../../../shared/maps'
import type { TaskId } from '../../../shared/tasks'
import { FakeClient, HEIGHT, TestEditor, WIDTH } from '../test-editor'

function predicted(): FakeClient {
  const fake = new FakeClient()
  const semseg = createMap('class', WIDTH, HEIGHT)
  semseg.data.fill(1, 0, (WIDTH * HEIGHT) / 2)
  for (let y = 40; y < 50; y++) semseg.data.fill(2, y * WIDTH + 10, y * WIDTH + 30)
  const depth = createMap('scalar', WIDTH, HEIGHT)
  depth.data.fill(2.5)
  for (let y = 40; y < 50; y++) depth.data.fill(1.5, y * WIDTH + 10, y * WIDTH + 30)
  fake.predictions.set('one/semseg', semseg).set('one/depth', depth)
  fake.predicted.add('one')
  return fake
}

async function onTask(task: TaskId, fake = predicted()): Promise<TestEditor> {
  const editor = await TestEditor.open(fake)
  editor.setTask(task)
  await editor.settled()
  return editor
}

function choose(
  editor: TestEditor,
  operation: string,
  values: Record<string, number | string | boolean>,
): void {
  for (const [name, value] of Object.entries(values))
    editor.painter.choices.set(`op.${operation}`, name, value)
}

const count = ({ data }: DenseMap, value: number): number =>
  data.filter((one: number) => one === value).length

describe('operations on the selection', () => {
  it('select by class, by depth, by probability, by difference', async () => {
    const editor = await onTask('semseg')
    editor.setActiveClass(2)
    choose(editor, 'select-class', { source: 'prediction' })
    await editor.operate('select-class')
    expect(editor.selection?.bounds).toEqual({ x: 10, y: 40, width: 20, height: 10 })
    await editor.operate('select-difference')
    expect(areaOf(editor.selection!)).toBe(200)
    editor.setTask('depth')
    choose(editor, 'select-depth', { source: 'prediction', low: 1, high: 2, mode: 'subtract' })
    await editor.operate('select-depth')
    expect(editor.selection).toBeNull()
    editor.setTask('edge')
    editor.map('edge').data.fill(1, 0, 5)
    choose(editor, 'select-probable', { source: 'corrected', least: 0.5 })
    await editor.operate('select-probable')
    expect(editor.selection?.bounds).toEqual({ x: 0, y: 0, width: 5, height: 1 })
    choose(editor, 'grow-selection', { radius: 2 })
    await editor.operate('grow-selection')
    expect(editor.selection?.bounds).toEqual({ x: 0, y: 0, width: 7, height: 3 })
    choose(editor, 'shrink-selection', { radius: 1 })
    await editor.operate('shrink-selection')
    expect(editor.selection?.bounds).toEqual({ x: 0, y: 0, width: 6, height: 2 })
  })

  it('select where attention lies, and say what is missing without one', async () => {
    const editor = await onTask('semseg')
    expect(await editor.operate('select-attention')).toBe(false)
    expect(editor.notices.items.at(-1)?.message).toContain('no map of attention')
    const data = new Float32Array(12)
    data[5] = 1
    editor.showAttention(data)
    await editor.operate('select-attention')
    expect(editor.selection?.bounds).toEqual({ x: 24, y: 24, width: 24, height: 24 })
  })
})

describe('operations on classes and values', () => {
  it('take the prediction over in the selection, in every task as one step', async () => {
    const editor = await onTask('semseg')
    const before = (['semseg', 'depth'] as const).map((task) => cloneMap(editor.map(task)))
    await editor.operate('select-difference')
    choose(editor, 'accept-selection', { all: true })
    await editor.operate('accept-selection')
    expect(count(editor.map('semseg'), 2)).toBe(200)
    expect(count(editor.map('depth'), 1.5)).toBe(200)
    editor.run('edit.undo')
    await editor.settled()
    expect([editor.map('semseg').data, editor.map('depth').data]).toEqual(before.map(({ data }) => data))
  })

  it('take a class over, where it is predicted and where it should not be', async () => {
    const editor = await onTask('semseg')
    editor.setActiveClass(2)
    editor.classMap().data.fill(2, 0, 7)
    await editor.operate('accept-class')
    expect(count(editor.map(), 2)).toBe(200)
    expect(editor.at(3, 0)).toBe(1)
  })

  it('remove islands, close gaps, grow and shrink', async () => {
    const editor = await onTask('semseg')
    const { data } = editor.classMap()
    data[5 * WIDTH + 5] = 2
    data[60 * WIDTH + 60] = 255
    await editor.operate('islands')
    expect(editor.notices.items.at(-1)?.message).toBe('2 islands removed')
    expect([editor.at(5, 5), editor.at(60, 60)]).toEqual([1, 0])
    const bar = (gap: number): void => {
      for (let y = 53; y < 58; y++) for (let x = 20; x < 40; x++) data[y * WIDTH + x] = x === gap ? 0 : 2
    }
    bar(30)
    editor.setActiveClass(2)
    choose(editor, 'gaps', { radius: 1 })
    await editor.operate('gaps')
    expect([54, 55, 56].map((y) => editor.at(30, y))).toEqual([2, 2, 2])
    bar(-1)
    choose(editor, 'grow-class', { radius: 1 })
    await editor.operate('grow-class')
    expect(count(editor.map(), 2)).toBe(100 + 2 * 20 + 2 * 5)
    choose(editor, 'shrink-class', { radius: 1 })
    await editor.operate('shrink-class')
    expect(count(editor.map(), 2)).toBe(100)
  })
})

describe('operations on boundaries', () => {
  it('come from classes and depth, are thinned and snapped, one step each', async () => {
    const editor = await onTask('edge')
    await editor.operate('boundaries-from-classes')
    const row = [...editor.map('edge').data.keys()].filter((at) => editor.map('edge').data[at] === 1)
    expect(row).toEqual(Array.from({ length: WIDTH }, (_, x) => (HEIGHT / 2 - 1) * WIDTH + x))
    editor.map('depth').data.fill(1, 0, 10 * WIDTH)
    choose(editor, 'boundaries-from-depth', { replace: true })
    await editor.operate('boundaries-from-depth')
    expect(count(editor.map('edge'), 1)).toBe(WIDTH)
    expect(editor.at(0, 9, 'edge')).toBe(1)
    editor.map('edge').data.fill(1, 9 * WIDTH, 12 * WIDTH)
    await editor.operate('thin-boundaries')
    expect(count(editor.map('edge'), 1)).toBeLessThan(WIDTH)
    choose(editor, 'snap-boundaries', { edges: 'depth' })
    await editor.operate('snap-boundaries')
    const ys = new Set(
      [...editor.map('edge').data.entries()].filter(([, v]) => v === 1).map(([at]) => Math.floor(at / WIDTH)),
    )
    expect([...ys]).toEqual([9])
    expect(editor.history.list).toHaveLength(4)
  })
})
