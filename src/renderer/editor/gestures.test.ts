import { describe, expect, it } from 'vitest'
import { tilesOf } from '../../shared/constraint'
import { Coverage } from '../../shared/coverage'
import { History } from '../../shared/history'
import { cloneMap, createMap, type DenseMap, type MapKind } from '../../shared/maps'
import { createMask } from '../../shared/mask'
import { brushCell } from '../../shared/raster'
import { cellFromImage } from '../../shared/space'
import { operationById } from './operations'
import { HEIGHT, TestEditor, WIDTH } from './test-editor'

const painted = (editor: TestEditor, value: number): number =>
  editor.classMap().data.filter((one) => one === value).length

async function withBrush(size: number): Promise<TestEditor> {
  const editor = await TestEditor.open()
  editor.setBrushSize(size)
  editor.setActiveClass(2)
  return editor
}

function select(editor: TestEditor, x0: number, x1: number): void {
  const data = new Uint8Array(WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) data.fill(1, y * WIDTH + x0, y * WIDTH + x1)
  editor.history.begin('Select')?.select(createMask({ width: WIDTH, height: HEIGHT }, data))
  editor.history.commit()
}

/** What a 300-pixel stroke of a 41-pixel brush costs at 4K, at its dearest over directions. */
function dearest(kind: MapKind): number {
  let most = 0
  for (let degrees = 0; degrees < 180; degrees += 15)
    for (const start of [600, 631, 639]) {
      const size = { width: 3840, height: 2160 }
      const map = createMap(kind, size.width, size.height)
      const history = new History()
      history.begin('stroke')
      const angle = (degrees * Math.PI) / 180
      const from = { x: start + 320, y: start }
      const to = { x: from.x + 300 * Math.cos(angle), y: from.y + 300 * Math.sin(angle) }
      const piece = new Coverage(size, 'round', null).add(
        brushCell(from, 41),
        brushCell(to, 41),
        41,
        cellFromImage(to),
      )!
      for (const tile of tilesOf(piece.rect)) history.touch('map', map, tile)
      const channels = map.kind === 'vector' ? 3 : 1
      piece.each((y, x0, x1) =>
        map.data.fill(0.5 + y, (y * size.width + x0) * channels, (y * size.width + x1) * channels),
      )
      history.commit()
      most = Math.max(most, history.bytes)
    }
  return most
}

describe('the price of a step', () => {
  it('is at most 100 KB for a 300-pixel stroke on classes, 1 MB on normals', () => {
    expect(dearest('class')).toBeLessThanOrEqual(100_000)
    expect(dearest('vector')).toBeLessThanOrEqual(1_000_000)
  })
})

describe('limits', () => {
  it('a selection limits brush, eraser and operations alike', async () => {
    const editor = await withBrush(21)
    select(editor, 30, 40)
    editor.stroke([10, 30], [80, 30])
    expect(painted(editor, 2)).toBe(10 * 21)
    const before = cloneMap(editor.map())
    select(editor, 30, 33)
    editor.setTool('eraser')
    await editor.settled()
    editor.stroke([10, 30], [80, 30])
    expect(painted(editor, 2)).toBe(7 * 21)
    editor.history.undo()
    await editor.settled()
    expect(editor.map().data).toEqual(before.data)
    await editor.operate('fill')
    expect(painted(editor, 2)).toBe(7 * 21 + 3 * HEIGHT)
  })

  it('a locked class neither loses nor gains a pixel', async () => {
    const editor = await withBrush(15)
    editor.limits.toggleLock('semseg', 1)
    editor.stroke([10, 36], [80, 36])
    expect(painted(editor, 1)).toBe((WIDTH * HEIGHT) / 2)
    expect(painted(editor, 2)).toBeGreaterThan(0)
    editor.setActiveClass(1)
    editor.stroke([10, 50], [80, 50])
    expect(painted(editor, 1)).toBe((WIDTH * HEIGHT) / 2)
    expect(editor.notices.items.at(-1)?.message).toContain('locked')
  })

  it('depth is painted only inside a class of another task, or only within a range', async () => {
    const editor = await TestEditor.open()
    editor.setLayout('grid')
    await editor.settled()
    editor.setTask('depth')
    editor.painter.paint.value = [4]
    editor.setBrushSize(20)
    editor.limits.toggleInside('semseg', 1)
    editor.stroke([40, 36], [60, 36], 'depth')
    const depth = editor.map('depth').data
    expect(depth[35 * WIDTH + 50]).toBe(4)
    expect(depth[36 * WIDTH + 50]).toBe(2.5)
    editor.limits.clear()
    editor.limits.depth = { min: 3, max: 5 }
    editor.painter.paint.value = [5]
    editor.stroke([40, 36], [60, 36], 'depth')
    expect(depth[35 * WIDTH + 50]).toBe(5)
    expect(depth[36 * WIDTH + 50]).toBe(2.5)
  })

  it('a stroke does not leak over the edges of another layer', async () => {
    const editor = await TestEditor.open()
    editor.setLayout('grid')
    await editor.settled()
    const edge = editor.map('edge')
    for (let y = 0; y < HEIGHT; y++) edge.data[y * WIDTH + 50] = 1
    editor.setTask('semseg')
    editor.setActiveClass(2)
    editor.setBrushSize(31)
    editor.limits.barrier = 'edge'
    editor.stroke([40, 30], [45, 30])
    expect(editor.at(50, 30)).toBe(2)
    expect(editor.at(51, 30)).toBe(1)
    expect(painted(editor, 2)).toBeGreaterThan(500)
  })
})

describe('a pen', () => {
  it('paints as wide as it is pressed', async () => {
    const editor = await withBrush(20)
    editor.painter.pointerDown('semseg', { x: 20, y: 20, pressure: 0.5 })
    editor.up()
    const light = painted(editor, 2)
    editor.painter.pointerDown('semseg', { x: 60, y: 20, pressure: 1 })
    editor.up()
    expect(painted(editor, 2) - light).toBeGreaterThan(3 * light)
    editor.painter.brush.shape = 'square'
    editor.setBrushSize(10)
    editor.stroke([70, 60], [70, 60])
    expect(editor.at(65, 55)).toBe(2)
    expect(editor.at(74, 64)).toBe(2)
  })
})

describe('one gesture over several tasks', () => {
  it('is one step of undo, sent and saved as one', async () => {
    const editor = await TestEditor.open()
    editor.setLayout('grid')
    await editor.settled()
    const maps = (['semseg', 'depth', 'edge'] as const).map((task) => editor.map(task))
    editor.setBrushSize(9)
    for (const [task, map] of [
      ['semseg', maps[0]],
      ['depth', maps[1]],
    ] as const) {
      editor.setTask(task)
      editor.painter.paint.value = [map?.kind === 'class' ? 2 : 4]
      editor.stroke([30, 30], [50, 30], task)
    }
    const corrected = maps.map((map) => cloneMap(map))
    await editor.settled()
    const sent = editor.fake.sent.length
    const calls: string[] = []
    const correct = editor.fake.correct.bind(editor.fake)
    editor.fake.correct = (sample, gesture) => {
      calls.push(gesture.maps.map(({ task }) => task).join('+'))
      return correct(sample, gesture)
    }
    editor.painter.choices.set('tool.eraser', 'all', true)
    editor.setTask('semseg')
    editor.setTool('eraser')
    for (const task of ['semseg', 'depth', 'normals', 'edge'] as const)
      await editor.workspace.document?.load(task, 'label')
    editor.stroke([30, 30], [50, 30])
    await editor.settled()
    expect(calls).toEqual(['semseg+depth'])
    expect(editor.fake.sent).toHaveLength(sent + 2)
    expect(painted(editor, 2)).toBe(0)
    editor.history.undo()
    await editor.settled()
    maps.forEach((map, at) => expect(map.data).toEqual(corrected[at]!.data))
    expect(calls).toEqual(['semseg+depth', 'semseg+depth'])
  })
})

describe('the history list', () => {
  it('travels to any state with one save', async () => {
    const editor = await withBrush(5)
    const states: DenseMap[] = [cloneMap(editor.map())]
    for (let x = 10; x <= 80; x += 10) {
      editor.stroke([x, 10], [x, 60])
      states.push(cloneMap(editor.map()))
    }
    await editor.settled()
    for (const place of [2, 7, 0, 8, 3]) {
      const sent = editor.fake.sent.length
      editor.history.travelTo(place)
      await editor.history.travel(0)
      await editor.settled()
      expect(editor.map().data).toEqual(states[place]!.data)
      expect(editor.history.list.filter(({ done }) => done)).toHaveLength(place)
      expect(editor.fake.sent).toHaveLength(sent + 1)
      expect(editor.fake.corrected.get('one/semseg')?.data).toEqual(states[place]!.data)
    }
  })

  it('holds selections too, and gives a sample its own back', async () => {
    const editor = await withBrush(5)
    select(editor, 10, 20)
    select(editor, 30, 50)
    editor.history.undo()
    await editor.settled()
    expect(editor.selection?.bounds).toEqual({ x: 10, y: 0, width: 10, height: HEIGHT })
    await editor.openSample('two')
    await editor.settled()
    expect(editor.selection).toBeNull()
    await editor.openSample('one')
    await editor.settled()
    expect(editor.selection?.bounds).toEqual({ x: 10, y: 0, width: 10, height: HEIGHT })
    editor.history.redo()
    await editor.settled()
    expect(editor.selection?.bounds?.x).toBe(30)
    expect(editor.fake.sent).toEqual([])
  })
})

describe('an operation', () => {
  it('shows its result, takes it back on Escape or another tool, and keeps it as one step', async () => {
    const editor = await withBrush(5)
    const fill = operationById('fill')!
    const before = cloneMap(editor.map())
    await editor.painter.showPreview(fill)
    expect(painted(editor, 2)).toBe(WIDTH * HEIGHT)
    editor.cancel()
    expect(editor.map().data).toEqual(before.data)
    await editor.painter.showPreview(fill)
    editor.setTool('brush')
    expect(editor.map().data).toEqual(before.data)
    await editor.painter.showPreview(fill)
    editor.run('edit.finish')
    expect(editor.history.list).toEqual([{ label: 'Fill with chair', done: true }])
    expect(painted(editor, 2)).toBe(WIDTH * HEIGHT)
  })

  it('is refused on a locked layer', async () => {
    const editor = await withBrush(5)
    editor.setLocked('semseg', 'corrected', true)
    expect(await editor.operate('fill')).toBe(false)
    editor.stroke([10, 10], [20, 20])
    expect(editor.history.list).toEqual([])
    expect(editor.notices.items.at(-1)?.message).toContain('locked')
  })
})
