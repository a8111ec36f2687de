import { describe, expect, it } from 'vitest'
import { intrinsicsFromFieldOfView, rayAt, unit, type Vec3 } from '../../../shared/camera'
import { createMap, type ScalarMap } from '../../../shared/maps'
import { maskFromSpans } from '../../../shared/mask'
import type { TaskId } from '../../../shared/tasks'
import { FakeClient, HEIGHT, TestEditor, WIDTH } from '../test-editor'
import { DEPTH_OPERATIONS } from './depth'
import { NORMALS_OPERATIONS } from './normals'

const CAMERA = intrinsicsFromFieldOfView({ width: WIDTH, height: HEIGHT }, 60)
const BOX = maskFromSpans({ width: WIDTH, height: HEIGHT }, (visit) => {
  for (let y = 10; y < 40; y++) visit(y, 20, 60)
})

/** The depth of a plane that faces `normal` and crosses the axis at `distance`. */
function planeDepth(normal: Vec3, distance: number): ScalarMap {
  const map = createMap('scalar', WIDTH, HEIGHT)
  map.data.forEach((_, at) => {
    const [x, y, z] = rayAt(CAMERA, { x: at % WIDTH, y: Math.floor(at / WIDTH) })
    map.data[at] = (-normal[2] * distance) / (normal[0] * x + normal[1] * y + normal[2] * z)
  })
  return map
}

const TILTED = unit([0.3, 0.2, 1])!

/** An editor whose depth is a tilted plane with a bump and holes in the box, the box being selected. */
async function open(task: TaskId): Promise<TestEditor> {
  const fake = new FakeClient()
  const depth = planeDepth(TILTED, 3)
  fake.predictions.set('one/depth', planeDepth(TILTED, 3))
  for (let y = 20; y < 30; y++) for (let x = 30; x < 40; x++) depth.data[y * WIDTH + x] = x < 34 ? 0 : 2.2
  fake.labels.set('one/depth', depth)
  fake.predicted.add('one')
  const editor = await TestEditor.open(fake)
  editor.optics.set({ width: WIDTH, height: HEIGHT }, CAMERA)
  editor.setTask(task)
  await editor.settled()
  for (const need of ['depth', 'normals'] as const)
    for (const source of ['label', 'corrected', 'prediction'] as const)
      await editor.workspace.document?.load(need, source)
  editor.painter.gestures.begin('Select')?.select(BOX)
  editor.painter.gestures.commit()
  return editor
}

async function run(
  editor: TestEditor,
  id: string,
  choices: Record<string, string | number | boolean> = {},
): Promise<string> {
  for (const [name, value] of Object.entries(choices)) editor.painter.choices.set(`op.${id}`, name, value)
  await editor.operate(id)
  return editor.notices.items.at(-1)?.message ?? ''
}

describe.each([...DEPTH_OPERATIONS, ...NORMALS_OPERATIONS])('$label', ({ id, kinds }) => {
  it('changes only the selection, and undo and redo give back every byte', async () => {
    const task = kinds.includes('vector') ? 'normals' : 'depth'
    const editor = await open(task)
    const before = editor.map(task).data.slice()
    await run(editor, id)
    const after = editor.map(task).data.slice()
    const channels = after.length / (WIDTH * HEIGHT)
    const outside = [...after.keys()].filter(
      (i) => after[i] !== before[i] && BOX.data[Math.floor(i / channels)] === 0,
    )
    expect(outside).toEqual([])
    if (after.some((value, i) => value !== before[i])) {
      await editor.painter.gestures.travel(-1)
      expect(editor.map(task).data).toEqual(before)
      await editor.painter.gestures.travel(1)
      expect(editor.map(task).data).toEqual(after)
    }
  })
})

describe('operations on depth and normals', () => {
  it('repair the patch by a plane and say how well it fits', async () => {
    const editor = await open('depth')
    const truth = planeDepth(TILTED, 3).data
    const said = await run(editor, 'depth-plane')
    expect(said).toContain('RMS over 1,160 pixels, 5.2 % left out')
    expect(said).toContain("off the camera's axis")
    expect(Math.max(...editor.map('depth').data.map((z, i) => Math.abs(z - truth[i]!)))).toBeLessThan(1e-3)
  })

  it('fill holes alone, or everything, from the rim', async () => {
    const editor = await open('depth')
    expect(await run(editor, 'depth-fill')).toBe('40 pixels filled.')
    expect(editor.at(35, 25, 'depth')).toBeCloseTo(2.2, 6)
    expect(editor.at(31, 25, 'depth')).toBeGreaterThan(0)
    expect(await run(editor, 'depth-fill', { what: 'everything' })).toBe('1,200 pixels filled.')
    expect(editor.at(35, 25, 'depth')).toBeCloseTo(planeDepth(TILTED, 3).data[25 * WIDTH + 35]!, 1)
  })

  it('align to the prediction after a change of scale and shift', async () => {
    const editor = await open('depth')
    await run(editor, 'depth-scale', { by: 1.5 })
    await run(editor, 'depth-raise', { by: -0.25 })
    expect(await run(editor, 'depth-align')).toContain('Scale 0.6667, shift 0.167 m')
    expect(editor.at(50, 15, 'depth')).toBeCloseTo(planeDepth(TILTED, 3).data[15 * WIDTH + 50]!, 5)
  })

  it('take normals from the depth with the camera of the data set, and estimate that camera', async () => {
    const editor = await open('normals')
    await run(editor, 'normals-plane', { from: 'corrected' })
    const at = (15 * WIDTH + 50) * 3
    expect([...editor.map('normals').data.subarray(at, at + 3)].map((v) => v.toFixed(3))).toEqual(
      TILTED.map((v) => v.toFixed(3)),
    )
    expect(await run(editor, 'normals-from-depth')).toMatch(/stayed as they were|^$/)
    expect(await run(editor, 'normals-flip', { axis: 'z' })).toBeDefined()
    expect(editor.map('normals').data[at + 2]).toBeCloseTo(-TILTED[2], 3)
    expect(await run(editor, 'estimate-camera')).toContain('Field of view')
    expect(editor.optics.stated).toBe(true)
  })
})
