import { describe, expect, it } from 'vitest'
import { smoothDepth } from '../../../shared/depth/smooth'
import type { ScalarMap } from '../../../shared/maps'
import { maskFromSpans } from '../../../shared/mask'
import type { TaskId } from '../../../shared/tasks'
import { HEIGHT, TestEditor, WIDTH } from '../test-editor'

async function open(task: TaskId, tool: string): Promise<TestEditor> {
  const editor = await TestEditor.open()
  editor.setTask(task)
  await editor.settled()
  await editor.workspace.document?.load('depth', 'corrected')
  await editor.workspace.document?.load('normals', 'corrected')
  editor.setTool(tool)
  editor.setBrushSize(9)
  return editor
}
const choose = (editor: TestEditor, tool: string, name: string, value: string | number | boolean): void =>
  editor.painter.choices.set(`tool.${tool}`, name, value)

describe('the depth brush', () => {
  it('raises each pixel once a stroke, however often the stroke passes it', async () => {
    const editor = await open('depth', 'depth-brush')
    choose(editor, 'depth-brush', 'mode', 'raise')
    choose(editor, 'depth-brush', 'by', 0.5)
    editor.down(20, 20, 'depth').move([40, 20], [20, 20], [40, 21]).up()
    const changed = editor.map('depth').data.filter((z) => z !== 2.5)
    expect(changed.length).toBeGreaterThan(180)
    expect(new Set(changed)).toEqual(new Set([3]))
    expect(editor.painter.gestures.list.at(-1)?.label).toBe('Raise depth by 0.500 m')
    await editor.painter.gestures.travel(-1)
    expect(editor.map('depth').data.every((z) => z === 2.5)).toBe(true)
  })

  it('smooths to the same bytes in one dab or many', async () => {
    const editor = await open('depth', 'depth-brush')
    const map = editor.map('depth') as ScalarMap
    map.data.forEach((_, at) => (map.data[at] = at % 7 === 0 ? 0 : 2 + Math.sin(at)))
    const before = map.data.slice()
    choose(editor, 'depth-brush', 'mode', 'smooth')
    editor.down(30.5, 30.5, 'depth').move([31.5, 30.5], [33.5, 30.5], [60.5, 30.5]).up()
    const painted = maskFromSpans({ width: WIDTH, height: HEIGHT }, (visit) => {
      for (let at = 0; at < before.length; at++)
        if (map.data[at] !== before[at]) visit(Math.floor(at / WIDTH), at % WIDTH, (at % WIDTH) + 1)
    })
    const whole = { ...map, data: before.slice() }
    smoothDepth(whole, painted, 2)
    expect(map.data).toEqual(whole.data)
    expect(before.every((z, at) => z !== 0 || map.data[at] === 0)).toBe(true)
  })

  it('clones from an Alt-clicked point, at the level where the stroke begins', async () => {
    const editor = await open('depth', 'depth-brush')
    const map = editor.map('depth')
    map.data.forEach((_, at) => (map.data[at] = 2 + (at % WIDTH) / 100))
    choose(editor, 'depth-brush', 'mode', 'clone')
    editor.down(60, 30, 'depth').up()
    expect(editor.notices.items.at(-1)?.message).toContain('Alt-click')
    const alt = { shift: false, alt: true, ctrl: false }
    editor.painter.pointerDown('depth', { x: 20, y: 30 }, { modifiers: alt })
    expect(editor.painter.cloneSource).toEqual({ x: 20, y: 30 })
    expect(editor.painter.overlay).toEqual([{ kind: 'point', at: { x: 20.5, y: 30.5 } }])
    map.data[30 * WIDTH + 22] = 5
    editor.stroke([60, 30], [62, 30], 'depth')
    // The source's bump of 5 m arrives two pixels beside the start, 0.4 m farther as the start is.
    expect(editor.at(62, 30, 'depth')).toBeCloseTo(5.4, 5)
    expect(editor.at(60, 30, 'depth')).toBeCloseTo(2.6, 5)
  })

  it('keeps to the selection and marks as unknown', async () => {
    const editor = await open('depth', 'depth-brush')
    const left = maskFromSpans({ width: WIDTH, height: HEIGHT }, (visit) => {
      for (let y = 0; y < HEIGHT; y++) visit(y, 0, 30)
    })
    editor.painter.gestures.begin('Select')?.select(left)
    editor.painter.gestures.commit()
    choose(editor, 'depth-brush', 'mode', 'invalid')
    editor.stroke([25, 20], [40, 20], 'depth')
    expect(editor.at(29, 20, 'depth')).toBe(0)
    expect(editor.at(30, 20, 'depth')).toBe(2.5)
  })
})

describe('the normals brush', () => {
  it('sets the painted direction at length 1, and flips it back', async () => {
    const editor = await open('normals', 'normals-brush')
    editor.painter.paint.set('normals', [3, 0, 4])
    editor.stroke([20, 20], [30, 20], 'normals')
    const at = (20 * WIDTH + 25) * 3
    const normal = (): number[] => [...editor.map('normals').data.subarray(at, at + 3)]
    expect(normal()).toEqual([0.6, 0, 0.8].map(Math.fround))
    choose(editor, 'normals-brush', 'mode', 'flip')
    editor.stroke([20, 20], [30, 20], 'normals')
    expect(normal()).toEqual([-0.6, 0, 0.8].map(Math.fround))
    choose(editor, 'normals-brush', 'mode', 'smooth')
    editor.stroke([20, 25], [30, 25], 'normals')
    const data = editor.map('normals').data
    for (let i = 0; i < data.length; i += 3)
      expect(Math.abs(Math.hypot(data[i]!, data[i + 1]!, data[i + 2]!) - 1)).toBeLessThan(1e-6)
  })
})

describe('three points', () => {
  it('give the direction to paint and fill the selection, and Backspace takes a point back', async () => {
    const editor = await open('normals', 'three-points')
    const box = maskFromSpans({ width: WIDTH, height: HEIGHT }, (visit) => visit(5, 0, 9))
    editor.painter.gestures.begin('Select')?.select(box)
    editor.painter.gestures.commit()
    editor.map('normals').data.fill(0)
    editor.down(10, 10, 'normals').up()
    expect(editor.painter.clicking).toBe(true)
    editor.painter.pointerDown('normals', { x: 50, y: 50 })
    editor.painter.back()
    editor.painter.pointerDown('normals', { x: 50, y: 12 })
    expect(editor.painter.overlay.filter(({ kind }) => kind === 'point')).toHaveLength(2)
    editor.painter.pointerDown('normals', { x: 30, y: 60 })
    expect(editor.painter.clicking).toBe(false)
    expect(editor.painter.paint.of('normals').map((part) => part.toFixed(6))).toEqual([
      '0.000000',
      '0.000000',
      '1.000000',
    ])
    expect([...editor.map('normals').data.subarray(5 * WIDTH * 3, 5 * WIDTH * 3 + 3)].map(Math.abs)).toEqual([
      0, 0, 1,
    ])
  })
})
