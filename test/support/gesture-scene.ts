import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { RgbImage } from '../../src/shared/image'
import { bytesOf, cloneMap, createMap, type DenseMap } from '../../src/shared/maps'
import { createMask } from '../../src/shared/mask'
import { TASKS, type TaskId } from '../../src/shared/tasks'
import type { Operation } from '../../src/renderer/editor/operations/operation'
import type { Params, ParamValue } from '../../src/renderer/editor/params'
import { FakeClient, HEIGHT, TestEditor, WIDTH } from '../../src/renderer/editor/test-editor'
import type { Modifiers } from '../../src/renderer/editor/tools/tool'

export const SCENE_TASKS = ['semseg', 'depth', 'normals', 'edge'] as const
export type SceneTask = (typeof SCENE_TASKS)[number]

/** A small room with something to see in every map; `shift` moves it, for a prediction that is not the label. */
function sceneMap(task: SceneTask, shift: number): DenseMap {
  const map = createMap(TASKS[task].kind, WIDTH, HEIGHT)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const at = y * WIDTH + x
      const box = Math.abs(x - 40 - shift) < 18 && Math.abs(y - 36) < 14
      const rim = Math.abs(x - 40 - shift) === 18 && Math.abs(y - 36) < 14
      if (map.kind === 'class') map.data[at] = (x * 7 + y * 13) % 61 === 0 ? 255 : box ? 2 : y > 48 ? 1 : 0
      else if (map.kind === 'scalar')
        map.data[at] = (x + y) % 37 === 0 ? 0 : box ? 1.5 : 2 + y / 50 + shift / 10
      else if (map.kind === 'probability') map.data[at] = rim || y === 48 ? 1 : 0
      else if ((x + 2 * y) % 41 !== 0) {
        // Some are too short, as labels of other programs are.
        const length = (3 * x + y) % 29 === 0 ? 0.8 : 1
        const normal = box ? [0, 0, 1] : y > 48 ? [0, 1, 0] : [0.6, 0, 0.8]
        map.data.set(
          normal.map((part) => part * length),
          at * 3,
        )
      }
    }
  return map
}

function scenePhoto(): RgbImage {
  const data = new Uint8Array(WIDTH * HEIGHT * 3)
  const classes = sceneMap('semseg', 0)
  for (let at = 0; at < data.length; at++)
    data[at] = (classes.data[Math.floor(at / 3)]! * 70 + ((at * 2654435761) >>> 24) / 12) & 255
  return { width: WIDTH, height: HEIGHT, data }
}

const PHOTO = scenePhoto()
const SCENES = SCENE_TASKS.map((task) => ({
  task,
  label: sceneMap(task, 0),
  prediction: sceneMap(task, 3),
  corrected: sceneMap(task, -4),
}))

/** An engine whose first sample shows the scene, predicted and corrected, each a little elsewhere. */
export function sceneClient(): FakeClient {
  const fake = new FakeClient()
  fake.pixels = () => Promise.resolve(PHOTO)
  fake.predicted.add('one')
  for (const { task, label, prediction, corrected } of SCENES) {
    fake.labels.set(`one/${task}`, label)
    fake.predictions.set(`one/${task}`, prediction)
    fake.corrected.set(`one/${task}`, cloneMap(corrected))
  }
  return fake
}

/** An editor on the scene, with a trace. */
export async function openScene(fake: FakeClient): Promise<TestEditor> {
  const editor = await TestEditor.open(fake)
  await editor.settled()
  editor.showAttention(Float32Array.from({ length: 12 }, (_, at) => (at % 5) / 20))
  return editor
}

/** Everything a gesture can change, as one hash. */
export function stateOf(editor: TestEditor): string {
  const hash = createHash('sha1')
  for (const task of SCENE_TASKS) hash.update(bytesOf(editor.map(task)))
  const { selection } = editor
  return hash.update(selection ? selection.data : 'nothing').digest('hex')
}

/** Eighths of a pixel, also beside the photo. */
const eighths = (pixels: number): fc.Arbitrary<number> =>
  fc.integer({ min: -48, max: (pixels + 6) * 8 }).map((n) => n / 8)
const point = fc.record({
  x: eighths(WIDTH),
  y: eighths(HEIGHT),
  pressure: fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
})

export interface RandomGesture {
  readonly points: readonly { x: number; y: number; pressure: number }[]
  readonly modifiers: Modifiers
  readonly size: number
  readonly square: boolean
  readonly values: Readonly<Record<string, ParamValue>>
  readonly end: 'keep' | 'cancel'
  readonly limit: 'none' | 'selection' | 'inside' | 'depth' | 'barrier' | 'lock'
}

/** A use with the parameters a tool or operation starts with, on a selection: it must do something. */
export const PLAIN_USE: RandomGesture = {
  points: [
    { x: 20, y: 20, pressure: 1 },
    { x: 52, y: 22, pressure: 1 },
    { x: 44, y: 52, pressure: 1 },
  ],
  modifiers: { shift: false, alt: false, ctrl: false },
  size: 12,
  square: false,
  values: {},
  end: 'keep',
  limit: 'selection',
}

/** Any use of a tool or operation with these parameters. */
export function randomGesture(params: Params): fc.Arbitrary<RandomGesture> {
  return fc.record({
    points: fc.array(point, { minLength: 1, maxLength: 6 }),
    modifiers: fc.record({ shift: fc.boolean(), alt: fc.boolean(), ctrl: fc.boolean() }),
    size: fc.integer({ min: 1, max: 40 }),
    square: fc.boolean(),
    values: fc.record(
      Object.fromEntries(Object.entries(params).map(([name, param]) => [name, valueOf(param)])),
    ),
    end: fc.constantFrom('keep' as const, 'keep' as const, 'keep' as const, 'cancel' as const),
    limit: fc.constantFrom('none', 'none', 'selection', 'selection', 'inside', 'depth', 'barrier', 'lock'),
  })
}

function valueOf(param: Params[string]): fc.Arbitrary<ParamValue> {
  switch (param.kind) {
    case 'number':
      return fc
        .integer({ min: 0, max: Math.floor((param.max - param.min) / param.step) })
        .map((steps) => param.min + steps * param.step)
    case 'choice':
      return fc.constantFrom(...param.options.map(({ value }) => value))
    case 'switch':
      return fc.boolean()
  }
}

/** Sets where may be painted; a selection is a step of its own. */
export function applyLimit(editor: TestEditor, limit: RandomGesture['limit']): void {
  const { limits } = editor
  limits.clear()
  if (limits.lockedIn('semseg').has(2) !== (limit === 'lock')) limits.toggleLock('semseg', 2)
  if (limit === 'inside') limits.inside = { task: 'semseg', classes: new Set([1, 2]) }
  if (limit === 'depth') limits.depth = { min: 1, max: 2.5 }
  if (limit === 'barrier') limits.barrier = 'edge'
  if (limit !== 'selection') return
  const data = new Uint8Array(WIDTH * HEIGHT)
  for (let y = 10; y < 60; y++) data.fill(1, y * WIDTH + 8 + (y % 9), y * WIDTH + 70 + (y % 5))
  for (let y = 63; y < 68; y++) data.fill(1, y * WIDTH + 60, y * WIDTH + 80)
  const transaction = editor.history.begin('Select for a test')
  transaction?.select(createMask({ width: WIDTH, height: HEIGHT }, data))
  editor.history.commit()
}

/** Uses a tool as a pointer would; true when the use was taken back. A double click may end a shape before the points do. */
export async function useTool(
  editor: TestEditor,
  id: string,
  task: TaskId,
  use: RandomGesture,
): Promise<boolean> {
  const { painter } = editor
  editor.setTask(task)
  editor.setBrushSize(use.size)
  painter.brush.shape = use.square ? 'square' : 'round'
  for (const [name, value] of Object.entries(use.values)) painter.choices.set(`tool.${id}`, name, value)
  editor.setTool(id)
  await editor.settled()
  const [first, ...rest] = use.points
  if (!first) return false
  painter.pointerDown(task, first, { modifiers: use.modifiers })
  for (const next of rest) {
    if (!painter.painting) break
    painter.pointerMove([next], use.modifiers)
    if (painter.clicking) {
      painter.pointerUp()
      painter.pointerDown(task, next, { modifiers: use.modifiers })
    }
  }
  const cancelled = use.end === 'cancel' && painter.cancel()
  if (painter.clicking) painter.finish()
  else painter.pointerUp()
  await editor.settled()
  return cancelled
}

/** Previews an operation, then keeps the preview or takes it back, as the panel does. */
export async function useOperation(
  editor: TestEditor,
  operation: Operation,
  task: TaskId,
  use: RandomGesture,
): Promise<boolean> {
  editor.setTask(task)
  await editor.settled()
  for (const [name, value] of Object.entries(use.values))
    editor.painter.choices.set(`op.${operation.id}`, name, value)
  await editor.painter.showPreview(operation)
  const cancelled = use.end === 'cancel' && editor.painter.cancel()
  editor.painter.applyPreview()
  await editor.settled()
  return cancelled
}
