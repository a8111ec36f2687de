import { describe, expect, it } from 'vitest'
import { areaOf, combine, type Mask } from '../../../../shared/mask'
import { polygonMask, rectangleMask } from '../../../../shared/selection/shapes'
import { FakeClient, HEIGHT, TestEditor, WIDTH } from '../../test-editor'
import { NO_MODIFIERS, type Modifiers } from '../tool'

const size = { width: WIDTH, height: HEIGHT }

/** A grey photo with a bright disc and, apart from it, a bright bar; a ramp of light inside the disc. */
class PhotoClient extends FakeClient {
  override pixels = (): ReturnType<FakeClient['pixels']> => {
    const data = new Uint8Array(WIDTH * HEIGHT * 3)
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const inside = (x - 30) ** 2 + (y - 30) ** 2 <= 15 * 15
        const value = inside ? 200 + (x - 30) : x >= 70 && x < 80 ? 200 : 60
        data.fill(value, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3)
      }
    return Promise.resolve({ ...size, data })
  }
}

async function withTool(
  tool: string,
  settings: Record<string, number | string | boolean> = {},
): Promise<TestEditor> {
  const editor = await TestEditor.open(new PhotoClient())
  editor.camera.place({ x: 48, y: 36, scale: 8 })
  await editor.workspace.document?.loadPhoto()
  editor.setTool(tool)
  for (const [name, value] of Object.entries(settings))
    editor.painter.choices.set(`tool.${tool}`, name, value)
  return editor
}

function drag(
  editor: TestEditor,
  points: readonly [number, number][],
  modifiers: Partial<Modifiers> = {},
): void {
  const [first, ...rest] = points.map(([x, y]) => ({ x, y }))
  editor.painter.pointerDown('semseg', first!, { modifiers: { ...NO_MODIFIERS, ...modifiers } })
  editor.painter.pointerMove(rest)
  editor.painter.pointerUp()
}
const rect = (x: number, y: number, u: number, v: number): Mask =>
  rectangleMask({ x, y }, { x: u, y: v }, size)

describe('the rectangle', () => {
  it('selects from pixel to pixel and combines by keys and by mode', async () => {
    const editor = await withTool('rectangle')
    drag(editor, [
      [10.5, 10.5],
      [20.2, 15.9],
    ])
    expect(editor.selection).toEqual(rect(10, 10, 20, 15))
    drag(
      editor,
      [
        [18, 12],
        [30, 30],
      ],
      { shift: true },
    )
    const both = combine(rect(10, 10, 20, 15), rect(18, 12, 30, 30), 'add')
    expect(editor.selection).toEqual(both)
    drag(
      editor,
      [
        [0, 0],
        [12, 40],
      ],
      { alt: true },
    )
    const cut = combine(both, rect(0, 0, 12, 40), 'subtract')
    expect(editor.selection).toEqual(cut)
    drag(
      editor,
      [
        [0, 0],
        [19, 40],
      ],
      { alt: true, shift: true },
    )
    expect(editor.selection).toEqual(combine(cut, rect(0, 0, 19, 40), 'intersect'))
    editor.painter.selectMode = 'add'
    drag(editor, [
      [50, 50],
      [52, 52],
    ])
    expect(areaOf(editor.selection!)).toBe(areaOf(combine(cut, rect(0, 0, 19, 40), 'intersect')) + 9)
  })

  it('is one step of the history, taken back by undo and by Escape', async () => {
    const editor = await withTool('rectangle')
    drag(editor, [
      [10, 10],
      [20, 15],
    ])
    drag(editor, [
      [30, 30],
      [40, 45],
    ])
    expect(editor.history.list.map(({ label }) => label)).toEqual([
      'Select a rectangle',
      'Select a rectangle',
    ])
    editor.run('edit.undo')
    await editor.settled()
    expect(editor.selection).toEqual(rect(10, 10, 20, 15))
    editor.down(50, 50).move([60, 60])
    expect(editor.painter.overlay[0]).toMatchObject({
      kind: 'box',
      rect: { x: 50, y: 50, width: 11, height: 11 },
    })
    editor.cancel()
    expect(editor.selection).toEqual(rect(10, 10, 20, 15))
    editor.down(50, 50).up()
    expect(editor.selection).toBeNull()
    expect(editor.fake.sent).toEqual([])
  })
})

describe('lasso and polygon', () => {
  const corners: [number, number][] = [
    [10, 10],
    [50.5, 12],
    [30.2, 60.7],
  ]
  const wanted = polygonMask(
    corners.map(([x, y]) => ({ x, y })),
    size,
  )

  it('select what the path encloses', async () => {
    const editor = await withTool('lasso')
    drag(editor, corners)
    expect(editor.selection).toEqual(wanted)
  })

  it('close by Enter, by a double click, by a click on the first corner', async () => {
    for (const close of ['enter', 'double', 'first'] as const) {
      const editor = await withTool('polygon')
      for (const [x, y] of corners) editor.down(x, y).up()
      expect(editor.painter.painting).toBe(true)
      if (close === 'enter') editor.painter.finish()
      else if (close === 'double') editor.down(...corners[2]!).up()
      else editor.down(...corners[0]!).up()
      expect(editor.painter.painting).toBe(false)
      expect(editor.selection).toEqual(wanted)
    }
  })

  it('take corners back with Backspace and nothing remains of an abandoned one', async () => {
    const editor = await withTool('polygon')
    editor.down(10, 10).up().down(90, 1).up()
    editor.painter.back()
    for (const [x, y] of corners.slice(1)) editor.down(x, y).up()
    editor.painter.finish()
    expect(editor.selection).toEqual(wanted)
    editor.down(5, 5).up().down(9, 60).up().down(70, 60).up()
    editor.setTool('brush')
    expect(editor.selection).toEqual(wanted)
    expect(editor.history.list).toHaveLength(1)
  })
})

describe('the magic wand', () => {
  it('selects by colour, grows with a drag, and follows the slider afterwards as the same step', async () => {
    const editor = await withTool('wand', { share: 2 })
    editor.down(30, 30)
    const narrow = areaOf(editor.selection!)
    editor.move([60, 30])
    const wide = areaOf(editor.selection!)
    editor.up()
    expect(narrow).toBeGreaterThan(0)
    expect(wide).toBeGreaterThan(narrow)
    expect(
      Number(
        editor.painter.choices.of('tool.wand', {
          share: { kind: 'number', label: '', initial: 0, min: 0, max: 60, step: 0.4 },
        }).share,
      ),
    ).toBeGreaterThan(2)
    editor.painter.choices.set('tool.wand', 'share', 2)
    editor.painter.adjust()
    expect(areaOf(editor.selection!)).toBe(narrow)
    expect(editor.history.list).toHaveLength(1)
    editor.painter.choices.set('tool.wand', 'share', 20)
    editor.painter.adjust()
    // The whole disc, but not the bar of the same brightness beside it.
    expect(areaOf(editor.selection!)).toBe(709)
    editor.painter.choices.set('tool.wand', 'contiguous', false)
    editor.painter.adjust()
    expect(areaOf(editor.selection!)).toBe(709 + 10 * HEIGHT)
    editor.run('edit.undo')
    await editor.settled()
    expect(editor.selection).toBeNull()
    editor.painter.choices.set('tool.wand', 'share', 5)
    editor.painter.adjust()
    expect(editor.selection).toBeNull()
  })

  it('selects by label, depth and normal', async () => {
    const editor = await withTool('wand', { of: 'layer' })
    editor.down(3, 3).up()
    expect(editor.selection).toEqual(rect(0, 0, WIDTH - 1, HEIGHT / 2 - 1))
    for (const of of ['depth', 'normals']) {
      editor.painter.choices.set('tool.wand', 'of', of)
      editor.down(3, 3).up()
      expect(areaOf(editor.selection!)).toBe(WIDTH * HEIGHT)
    }
  })
})

describe('superpixels and the live-wire', () => {
  it('select patches of even colour that end at its edges', async () => {
    const editor = await withTool('superpixel', { spacing: 10 })
    editor.down(25, 25).move([35, 35], [25, 38], [20, 30]).up()
    const { data } = editor.selection!
    const outside = [...data.keys()].filter(
      (at) => data[at] === 1 && ((at % WIDTH) - 30) ** 2 + (Math.floor(at / WIDTH) - 30) ** 2 > 16 * 16,
    )
    expect(areaOf(editor.selection!)).toBeGreaterThan(200)
    expect(outside.length).toBeLessThan(12)
    expect(editor.history.list).toHaveLength(1)
  })

  it('outline under the pointer, once it rested, what a click selects', async () => {
    const editor = await withTool('superpixel', { spacing: 10 })
    const { painter } = editor
    expect(painter.rest()).toBe(false)
    editor.setCursor({ x: 28, y: 33 })
    expect(painter.hover).toEqual([])
    expect(painter.rest()).toBe(true)
    const outlined = polygonMask(
      painter.hover.flatMap((shape) => (shape.kind === 'path' ? shape.points : [])),
      size,
    )
    editor.down(28.5, 33.5)
    expect(painter.hover).toEqual([])
    editor.up()
    expect(areaOf(editor.selection!)).toBeGreaterThan(20)
    expect(outlined).toEqual(editor.selection)
    editor.setCursor({ x: WIDTH, y: 3 })
    painter.rest()
    expect(painter.hover).toEqual([])
  })

  it('follow the edge of the disc between a few clicks', async () => {
    const editor = await withTool('live-wire')
    for (const [x, y] of [
      [45.5, 30.5],
      [30.5, 45.5],
      [15.5, 30.5],
      [30.5, 15.5],
    ] as const)
      editor.down(x, y).up()
    editor.painter.finish()
    // The disc has 709 pixels; the line runs along its rim, half of it outside.
    expect(Math.abs(areaOf(editor.selection!) - 709)).toBeLessThan(60)
  })
})
