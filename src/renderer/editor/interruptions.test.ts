import { describe, expect, it, vi } from 'vitest'
import { cloneMap } from '../../shared/maps'
import { FakeClient, TestEditor } from './test-editor'

describe('what gets in the way of a gesture', () => {
  it('a failing tool is reported and leaves nothing open', async () => {
    const editor = await TestEditor.open()
    editor.setActiveClass(2)
    const before = cloneMap(editor.map())
    vi.spyOn(editor.workspace.document!, 'changed').mockImplementationOnce(() => {
      throw new Error('no room')
    })
    editor.down(10, 10)
    expect(editor.painter.painting).toBe(false)
    expect(editor.map().data).toEqual(before.data)
    expect(editor.notices.items.at(-1)?.message).toContain('no room')
    editor.stroke([10, 10], [20, 20])
    expect(editor.history.list).toHaveLength(1)
  })

  it('another layout takes it back', async () => {
    const editor = await TestEditor.open()
    editor.setActiveClass(2)
    const before = cloneMap(editor.map())
    editor.down(10, 10).move([20, 20])
    editor.setLayout('single')
    editor.move([30, 30]).up()
    expect(editor.map().data).toEqual(before.data)
    expect(editor.history.list).toEqual([])
  })

  it('steps undone before the sample was left are saved, though the next step had to wait', async () => {
    const fake = new FakeClient()
    const editor = await TestEditor.open(fake)
    editor.setActiveClass(2)
    editor.stroke([10, 10], [20, 10], 'depth')
    editor.stroke([10, 10], [20, 10])
    await editor.settled()
    expect(fake.sent).toHaveLength(2)
    const document = editor.workspace.document!
    const get = document.get.bind(document)
    vi.spyOn(document, 'get').mockImplementation((task, source) =>
      task === 'depth' ? undefined : get(task, source),
    )
    vi.spyOn(document, 'load').mockImplementation(() => new Promise((done) => setTimeout(() => done(null))))
    const undone = editor.history.travel(-2)
    await editor.settled()
    await editor.openSample('two')
    await undone
    await editor.settled()
    expect(fake.sent.at(-1)).toMatchObject({ sample: 'one', task: 'semseg' })
    expect(fake.corrected.get('one/semseg')!.data).toEqual(fake.labels.get('one/semseg')!.data)
  })
})

describe('in all tasks', () => {
  it('a copy waits for every map it needs and leaves none out', async () => {
    const editor = await TestEditor.open()
    editor.setActiveClass(2)
    editor.painter.paint.set('depth', [9])
    editor.stroke([10, 10], [30, 10], 'depth')
    editor.stroke([10, 10], [30, 10])
    editor.painter.choices.set('tool.eraser', 'all', true)
    editor.setTool('eraser')
    await editor.settled()
    editor.stroke([10, 10], [30, 10])
    for (const task of ['semseg', 'depth'] as const)
      expect(editor.map(task).data).toEqual(editor.fake.labels.get(`one/${task}`)!.data)
  })
})
