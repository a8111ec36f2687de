import { describe, expect, it } from 'vitest'
import { createMap } from '../../../shared/maps'
import { rectangleMask } from '../../../shared/selection/shapes'
import { FakeClient, HEIGHT, TestEditor, WIDTH } from '../test-editor'

const edges = (editor: TestEditor): [number, number][] =>
  [...editor.map('edge').data.entries()]
    .filter(([, value]) => value === 1)
    .map(([at]) => [at % WIDTH, Math.floor(at / WIDTH)])

async function withTool(tool: string, fake = new FakeClient()): Promise<TestEditor> {
  const editor = await TestEditor.open(fake)
  editor.camera.place({ x: 48, y: 36, scale: 8 })
  await editor.workspace.document?.loadPhoto()
  editor.setTool(tool)
  return editor
}

describe('fill', () => {
  it('gives a component the painted class and nothing else', async () => {
    const editor = await withTool('fill')
    editor.setActiveClass(2)
    editor.down(5, 5).up()
    expect([editor.at(0, 0), editor.at(WIDTH - 1, HEIGHT / 2 - 1), editor.at(0, HEIGHT / 2)]).toEqual([
      2, 2, 0,
    ])
    expect(editor.history.list).toEqual([{ label: 'Fill with chair', done: true }])
  })

  it('stays inside the selection', async () => {
    const editor = await withTool('rectangle')
    editor.down(4, 4).move([9, 9]).up()
    editor.setTool('fill')
    editor.setActiveClass(2)
    editor.down(5, 5).up()
    expect(editor.classMap().data.filter((value) => value === 2)).toHaveLength(36)
  })
})

describe('boundary tools', () => {
  it('draw one pixel wide and erase piece by piece', async () => {
    const editor = await withTool('curve')
    editor.down(10.5, 10.5, 'edge').move([40.5, 10.5], [40.5, 40.5]).up()
    const drawn = edges(editor)
    // A corner that its neighbours do not need is cut.
    expect(drawn).toHaveLength(60)
    editor.down(25.5, 5.5, 'edge').move([25.5, 30.5]).up()
    editor.setTool('erase-curve')
    editor.down(25.5, 25.5, 'edge').up()
    // The piece below the crossing is gone, the junction and the other pieces stay.
    expect(
      edges(editor)
        .filter(([, y]) => y > 12 && y <= 30)
        .every(([x]) => x === 40),
    ).toBe(true)
    for (const [x, y] of drawn) expect(edges(editor)).toContainEqual([x, y])
    expect(editor.history.list.map(({ label }) => label)).toEqual([
      'Draw a boundary',
      'Draw a boundary',
      'Erase boundaries',
    ])
  })

  it('snap to what they follow', async () => {
    const fake = new FakeClient()
    const response = createMap('probability', WIDTH, HEIGHT)
    for (let x = 0; x < WIDTH; x++) response.data[20 * WIDTH + x] = 0.9
    fake.predictions.set('one/edge', response)
    fake.predicted.add('one')
    const editor = await withTool('curve', fake)
    await editor.workspace.document?.load('edge', 'prediction')
    editor.painter.choices.set('tool.curve', 'snap', true)
    editor.painter.choices.set('tool.curve', 'edges', 'predicted')
    editor.down(10.5, 22.5, 'edge').move([60.5, 18.5]).up()
    expect(edges(editor).every(([, y]) => y === 20)).toBe(true)
    expect(edges(editor).length).toBeGreaterThan(45)
  })

  it('follow edges between clicks', async () => {
    const fake = new FakeClient()
    const response = createMap('probability', WIDTH, HEIGHT)
    for (let x = 0; x < WIDTH; x++) response.data[(20 + Math.round(6 * Math.sin(x / 8))) * WIDTH + x] = 1
    fake.predictions.set('one/edge', response)
    fake.predicted.add('one')
    const editor = await withTool('wire-curve', fake)
    await editor.workspace.document?.load('edge', 'prediction')
    editor.painter.choices.set('tool.wire-curve', 'edges', 'predicted')
    editor.down(0.5, 20.5, 'edge').up().down(80.5, 16.5, 'edge').up()
    editor.painter.finish()
    const on = edges(editor).filter(([x, y]) => response.data[y * WIDTH + x] === 1).length
    expect(on / edges(editor).length).toBeGreaterThan(0.9)
    expect(edges(editor).length).toBeGreaterThanOrEqual(81)
  })
})

describe('taking a region over', () => {
  it('copies the component of the prediction, in all tasks as one step', async () => {
    const fake = new FakeClient()
    const semseg = createMap('class', WIDTH, HEIGHT)
    for (let y = 10; y < 20; y++) semseg.data.fill(2, y * WIDTH + 10, y * WIDTH + 30)
    semseg.data.fill(2, 50 * WIDTH, 50 * WIDTH + 5)
    const depth = createMap('scalar', WIDTH, HEIGHT)
    depth.data.fill(1)
    fake.predictions.set('one/semseg', semseg).set('one/depth', depth)
    fake.predicted.add('one')
    const editor = await withTool('accept-region', fake)
    editor.painter.choices.set('tool.accept-region', 'all', true)
    editor.down(15, 15).up()
    const box = rectangleMask({ x: 10, y: 10 }, { x: 29, y: 19 }, { width: WIDTH, height: HEIGHT }).data
    editor.classMap().data.forEach((value, at) => {
      expect(value === 2).toBe(box[at] === 1)
      expect(editor.map('depth').data[at]).toBe(box[at] === 1 ? 1 : 2.5)
    })
    expect(editor.history.list).toEqual([{ label: 'Accept a region of the prediction', done: true }])
    editor.run('edit.undo')
    await editor.settled()
    expect(editor.classMap().data.includes(2)).toBe(false)
    expect(editor.map('depth').data.every((value) => value === 2.5)).toBe(true)
  })
})
