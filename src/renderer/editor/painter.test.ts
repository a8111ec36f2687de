import { describe, expect, it } from 'vitest'
import { TILE } from '../../shared/edit'
import { AppError } from '../../shared/errors'
import { cloneMap, IGNORE_CLASS, type DenseMap } from '../../shared/maps'
import { FakeClient, TestEditor, WIDTH } from './test-editor'

const painted = (editor: TestEditor, value: number): number =>
  editor.classMap().data.filter((one) => one === value).length

function filled(map: DenseMap, value: number): DenseMap {
  const copy = cloneMap(map)
  copy.data.fill(value)
  return copy
}

function expectSame(a: DenseMap, b: DenseMap): void {
  expect(Buffer.compare(Buffer.from(a.data.buffer), Buffer.from(b.data.buffer))).toBe(0)
}

async function withBrush(size: number, classId = 2): Promise<TestEditor> {
  const editor = await TestEditor.open()
  editor.setBrushSize(size)
  editor.setActiveClass(classId)
  return editor
}

describe('brush', () => {
  it('paints one pixel on a click', async () => {
    const editor = await withBrush(1)
    editor.down(10.7, 5.2).up()
    expect(editor.at(10, 5)).toBe(2)
    expect(painted(editor, 2)).toBe(1)
  })

  it('paints a gapless line through sparse and coalesced points', async () => {
    const editor = await withBrush(1)
    editor.down(0, 0).move([40, 20], [80, 0]).up()
    for (let x = 0; x <= 80; x++)
      expect(editor.classMap().data.some((value, at) => value === 2 && at % WIDTH === x)).toBe(true)
  })

  it('tells the views only what changed', async () => {
    const editor = (await withBrush(3)).watch()
    editor.down(20, 20)
    expect(editor.takeRects()).toEqual([{ x: 19, y: 19, width: 3, height: 3 }])
    editor.move([30, 20])
    expect(editor.takeRects()).toEqual([{ x: 22, y: 19, width: 10, height: 3 }])
    editor.move([30.2, 20.1])
    expect(editor.takeRects()).toEqual([])
    editor.up()
  })

  it('is one entry per stroke and sends the changed tiles once', async () => {
    const editor = await withBrush(5)
    editor.stroke([60, 10], [70, 10])
    await editor.settled()
    expect(editor.history.list).toEqual([{ label: 'Paint chair', done: true }])
    expect(editor.fake.sent).toHaveLength(1)
    const [first] = editor.fake.sent
    expect(first).toMatchObject({
      sample: 'one',
      task: 'semseg',
      edit: { baseRevision: 0, label: 'Paint chair' },
    })
    expect(first?.edit.tiles.map(({ tx, ty }) => [tx, ty])).toEqual([
      [0, 0],
      [1, 0],
    ])
    expect(first?.edit.tiles[1]?.bytes.byteLength).toBe((WIDTH - TILE) * TILE)
    expectSame(editor.fake.corrected.get('one/semseg')!, editor.map())
    expect(editor.sync.state).toBe('saved')
  })

  it('records nothing and sends nothing when no pixel changed', async () => {
    const editor = await withBrush(5, 1)
    editor.stroke([10, 10], [20, 10])
    await editor.settled()
    expect(editor.history.list).toEqual([])
    expect(editor.fake.sent).toEqual([])
  })

  it('marks the sample as corrected', async () => {
    const editor = await withBrush(5)
    editor.stroke([10, 10], [20, 10])
    expect(editor.film.loaded.find(({ id }) => id === 'one')?.corrected).toEqual(['semseg'])
  })

  it('hides what covers the corrected layer', async () => {
    const editor = await withBrush(5)
    editor.workspace.setPredicted(['semseg'])
    editor.setVisible('semseg', 'prediction', true)
    editor.setVisible('semseg', 'corrected', false)
    editor.stroke([10, 10], [20, 10])
    expect(editor.stack.get('semseg', 'prediction')?.visible).toBe(false)
    expect(editor.stack.get('semseg', 'corrected')?.visible).toBe(true)
  })
})

describe('other kinds', () => {
  it('paints a picked distance, a picked direction and a boundary', async () => {
    const editor = await TestEditor.open()
    editor.setLayout('grid')
    await editor.settled()
    editor.setTool('pick')
    editor.down(4, 4, 'depth').down(4, 4, 'normals')
    editor.setTool('brush')
    editor.setBrushSize(1)
    const depth = editor.map('depth')
    depth.data[50] = 4
    editor.stroke([50, 0], [50, 0], 'depth')
    expect(editor.at(50, 0, 'depth')).toBe(2.5)
    expect(editor.history.list.at(-1)?.label).toBe('Paint depth 2.50 m')
    editor.stroke([7, 7], [7, 7], 'edge')
    expect(editor.at(7, 7, 'edge')).toBe(1)
    editor.painter.paint.swap()
    expect(editor.painter.paint.text).toBe('0.00')
    editor.stroke([7, 7], [7, 7], 'edge')
    expect(editor.at(7, 7, 'edge')).toBe(0)
  })

  it('swaps with ignore and back', async () => {
    const editor = await withBrush(1, 2)
    editor.painter.paint.swap()
    expect(editor.activeClass).toBe(IGNORE_CLASS)
    editor.painter.paint.swap()
    expect(editor.activeClass).toBe(2)
  })
})

describe('eraser', () => {
  it('brings the label back, and only under the brush', async () => {
    const editor = await withBrush(9)
    editor.stroke([30, 30], [40, 30])
    const before = painted(editor, 2)
    editor.setTool('eraser')
    editor.setBrushSize(3)
    await editor.settled()
    editor.stroke([30, 30], [30, 30])
    expect(editor.at(30, 30)).toBe(1)
    expect(painted(editor, 2)).toBe(before - 9)
    expect(editor.history.list.at(-1)?.label).toBe('Erase to label')
  })
})

describe('painting the prediction in', () => {
  it('copies the prediction under the brush only', async () => {
    const editor = await TestEditor.open()
    editor.fake.predictions.set('one/semseg', filled(editor.classMap(), 2))
    await editor.predict()
    editor.setTool('accept')
    editor.setBrushSize(3)
    await editor.settled()
    editor.stroke([30, 30], [30, 30])
    expect(painted(editor, 2)).toBe(9)
    expect(editor.history.list.at(-1)?.label).toBe('Accept prediction')
    expect(editor.stack.drawn('semseg').map((layer) => layer.source)).toEqual(['photo', 'corrected'])
  })

  it('asks for a prediction when there is none', async () => {
    const editor = await TestEditor.open()
    editor.setTool('accept')
    editor.stroke([30, 30], [40, 30])
    expect(editor.painter.painting).toBe(false)
    expect(editor.notices.items.at(-1)?.message).toMatch(/no prediction/)
  })
})

describe('taking a gesture back', () => {
  const endings: Record<string, (editor: TestEditor) => unknown> = {
    escape: (editor) => editor.run('edit.cancel'),
    'another tool': (editor) => editor.setTool('hand'),
    'another task': (editor) => editor.setTask('depth'),
    'another mode': (editor) => editor.setMode('review'),
    'another sample': (editor) => editor.openSample('two'),
  }
  for (const [name, end] of Object.entries(endings))
    it(`restores every byte on ${name}`, async () => {
      const editor = await withBrush(21)
      const map = editor.map()
      const before = cloneMap(map)
      editor.down(5, 5).move([90, 70], [0, 71])
      expect(editor.painter.painting).toBe(true)
      end(editor)
      expect(editor.painter.painting).toBe(false)
      expectSame(map, before)
      await editor.settled()
      expect(editor.fake.sent).toEqual([])
      expect(editor.history.list).toEqual([])
    })

  it('ignores what the pointer does afterwards', async () => {
    const editor = await withBrush(3)
    const before = cloneMap(editor.map())
    editor.down(5, 5).move([9, 9])
    editor.cancel()
    editor.move([20, 20]).up()
    expectSame(editor.map(), before)
  })
})

describe('undo and redo', () => {
  it('restore every byte and are saved as ordinary edits', async () => {
    const editor = await withBrush(7)
    const start = cloneMap(editor.map())
    editor.stroke([10, 10], [50, 60])
    const end = cloneMap(editor.map())
    editor.history.undo()
    await editor.settled()
    expectSame(editor.map(), start)
    expectSame(editor.fake.corrected.get('one/semseg')!, start)
    editor.history.redo()
    await editor.settled()
    expectSame(editor.map(), end)
    expectSame(editor.fake.corrected.get('one/semseg')!, end)
    expect(editor.fake.sent.map(({ edit }) => [edit.label, edit.baseRevision])).toEqual([
      ['Paint chair', 0],
      ['Undo Paint chair', 1],
      ['Redo Paint chair', 2],
    ])
  })

  it('are refused during a gesture', async () => {
    const editor = await withBrush(7)
    editor.stroke([10, 10], [20, 20])
    editor.down(60, 60)
    expect(editor.history.canUndo).toBe(false)
    editor.history.undo()
    await editor.settled()
    expect(editor.at(10, 10)).toBe(2)
    editor.up()
    expect(editor.history.canUndo).toBe(true)
  })

  it('are kept when another sample is shown and do not reach into it', async () => {
    const editor = await withBrush(7)
    const start = cloneMap(editor.map())
    editor.stroke([10, 10], [20, 20])
    await editor.openSample('two')
    await editor.settled()
    expect(editor.history.canUndo).toBe(false)
    await editor.openSample('one')
    await editor.settled()
    expect(editor.history.canUndo).toBe(true)
    editor.history.undo()
    await editor.settled()
    expectSame(editor.map(), start)
  })

  it('turn to the task they change', async () => {
    const editor = await withBrush(7)
    editor.setLayout('single')
    editor.stroke([10, 10], [20, 20])
    editor.setTask('depth')
    editor.history.undo()
    await editor.settled()
    expect(editor.view.task).toBe('semseg')
  })

  it('say so when the map was changed elsewhere', async () => {
    const editor = await withBrush(7)
    editor.stroke([10, 10], [20, 20])
    await editor.settled()
    editor.fake.corrected.get('one/semseg')!.data[10 * WIDTH + 10] = 0
    editor.workspace.document?.forget('semseg', 'corrected')
    await editor.workspace.document?.load('semseg', 'corrected')
    editor.history.undo()
    await editor.settled()
    expect(editor.notices.items.at(-1)?.code).toBe('revision_conflict')
    expect(editor.at(12, 12)).toBe(2)
  })
})

describe('saving', () => {
  const broken = new AppError('write_failed', 'The disk is full.')

  it('keeps the queue when it fails and sends it in order when asked again', async () => {
    const fake = new FakeClient()
    const editor = await TestEditor.open(fake)
    editor.setActiveClass(2)
    fake.failures.correct = broken
    editor.stroke([10, 10], [20, 10]).stroke([40, 40], [50, 40])
    await editor.settled()
    expect(editor.sync.state).toBe('failed')
    expect(editor.sync.problem?.message).toBe('The disk is full.')
    expect(editor.sync.unsaved).toBe(true)
    expect(editor.at(10, 10)).toBe(2)
    expect(editor.notices.items.map(({ message }) => message)).toEqual(['The disk is full.'])
    fake.failures = {}
    editor.sync.retry()
    await editor.settled()
    expect(editor.sync.state).toBe('saved')
    expect(editor.notices.items).toEqual([])
    expect(fake.sent.map(({ edit }) => edit.baseRevision)).toEqual([0, 1])
    expectSame(fake.corrected.get('one/semseg')!, editor.map())
  })

  it('shows unsent edits again when one comes back to the sample', async () => {
    const fake = new FakeClient()
    const editor = await TestEditor.open(fake)
    editor.setActiveClass(2)
    fake.failures.correct = broken
    editor.stroke([10, 10], [20, 10])
    await editor.openSample('two')
    await editor.settled()
    expect(editor.at(10, 10)).toBe(1)
    await editor.openSample('one')
    await editor.settled()
    expect(editor.at(10, 10)).toBe(2)
    fake.failures = {}
    editor.sync.retry()
    await editor.settled()
    expectSame(fake.corrected.get('one/semseg')!, editor.map())
  })

  it('never has two requests under way', async () => {
    const fake = new FakeClient()
    let open: () => void = () => undefined
    fake.gate = new Promise((resolve) => (open = resolve))
    const editor = await TestEditor.open(fake)
    editor.setActiveClass(2)
    editor.stroke([10, 10], [20, 10]).stroke([40, 40], [50, 40])
    await editor.settled()
    expect(editor.sync.state).toBe('saving')
    open()
    await editor.settled()
    expect(fake.sent.map(({ edit }) => edit.baseRevision)).toEqual([0, 1])
  })

  async function conflict(): Promise<{ editor: TestEditor; fake: FakeClient }> {
    const fake = new FakeClient()
    const editor = await TestEditor.open(fake)
    editor.setActiveClass(2)
    const theirs = cloneMap(fake.labels.get('one/semseg')!)
    theirs.data[70 * WIDTH + 90] = 1
    theirs.data[0] = 0
    fake.corrected.set('one/semseg', theirs)
    fake.revisions.set('one/semseg', 4)
    editor.stroke([90, 70], [90, 70])
    await editor.settled()
    return { editor, fake }
  }

  it('keeps the pixels of both windows when both corrected a map', async () => {
    const { editor, fake } = await conflict()
    expect(editor.sync.state).toBe('saved')
    expect([editor.at(0, 0), editor.at(90, 70)]).toEqual([0, 2])
    expectSame(fake.corrected.get('one/semseg')!, editor.map())
  })

  it('shows the other side of contested pixels on request, as a step one can undo', async () => {
    const { editor, fake } = await conflict()
    const notice = editor.notices.items.at(-1)
    expect(notice?.message).toContain('1 pixel was changed on both sides')
    notice?.actions.find(({ label }) => label === 'Show theirs')?.run()
    await editor.settled()
    expect([editor.at(0, 0), editor.at(90, 70)]).toEqual([0, 1])
    expectSame(fake.corrected.get('one/semseg')!, editor.map())
    editor.history.undo()
    await editor.settled()
    expect(editor.at(90, 70)).toBe(2)
    expect(editor.sync.state).toBe('saved')
    expectSame(fake.corrected.get('one/semseg')!, editor.map())
  })

  it('reads a map again that someone else corrected', async () => {
    const editor = await TestEditor.open()
    const theirs = cloneMap(editor.fake.labels.get('one/semseg')!)
    theirs.data[0] = 2
    editor.fake.corrected.set('one/semseg', theirs)
    editor.fake.revisions.set('one/semseg', 1)
    editor.fake.emit({ type: 'correction', sample: 'one', task: 'semseg', revision: 1 })
    await editor.settled()
    expect(editor.at(0, 0)).toBe(2)
  })
})

describe('turning to another task', () => {
  it('goes back to the brush when the tool means nothing there', async () => {
    const editor = await TestEditor.open()
    editor.setTask('depth')
    editor.setTool('depth-brush')
    editor.setTask('normals')
    expect(editor.tool).toBe('brush')
    editor.setTool('lasso')
    editor.setTask('semseg')
    expect(editor.tool).toBe('lasso')
  })
})
