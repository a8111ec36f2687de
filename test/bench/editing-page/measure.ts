import type { Editor } from '../../../src/renderer/editor/editor.svelte'
import type { TaskId } from '../../../src/shared/tasks'

/** Milliseconds on the main thread. */
export interface Update {
  /** The event's handlers and everything they set off before the next frame. */
  readonly handler: number
  /** The drawing in the next frame. */
  readonly frame: number
  /** Reading one pixel back, which makes the browser carry the drawing out now instead of later. */
  readonly raster: number
}

export interface StrokeRun {
  readonly updates: readonly Update[]
  /** Animation frames a second while it ran. */
  readonly framesPerSecond: number
}

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

function paneOf(task: TaskId): { pane: HTMLElement; context: CanvasRenderingContext2D } {
  const pane = document.querySelector<HTMLElement>(`[data-testid="pane"][data-task="${task}"]`)
  const context = pane?.querySelector('canvas')?.getContext('2d')
  if (!pane || !context) throw new Error(`no pane of ${task}`)
  // Synthetic pointers cannot be captured.
  pane.setPointerCapture = () => undefined
  return { pane, context }
}

function send(pane: HTMLElement, type: string, x: number, y: number): void {
  const box = pane.getBoundingClientRect()
  const event = new PointerEvent(type, {
    pointerId: 1,
    pointerType: 'mouse',
    isPrimary: true,
    button: type === 'pointermove' ? -1 : 0,
    buttons: type === 'pointerup' ? 0 : 1,
    clientX: box.x + x,
    clientY: box.y + y,
    bubbles: true,
    cancelable: true,
  })
  pane.dispatchEvent(event)
}

/** Does something and measures what it costs until its effect is drawn. */
async function measured(context: CanvasRenderingContext2D, act: () => void): Promise<Update> {
  let drawingFrom = 0
  const before = new Promise<void>((resolve) =>
    requestAnimationFrame(() => {
      drawingFrom = performance.now()
      resolve()
    }),
  )
  const start = performance.now()
  act()
  await settled()
  const handled = performance.now()
  // Requested last, so it runs after every drawing of the same frame.
  const drawn = await new Promise<number>((resolve) =>
    requestAnimationFrame(() => resolve(performance.now())),
  )
  await before
  // eslint-disable-next-line no-restricted-syntax -- The value is not used; reading is what makes the browser draw now.
  context.getImageData(0, 0, 1, 1)
  return { handler: handled - start, frame: drawn - drawingFrom, raster: performance.now() - drawn }
}

/** CSS pixels between two moves: a quick hand. */
const STEP = 12

/**
 * One stroke of `moves` pointer moves, `STEP` apart, from side to side of the pane of `task` and down; `from` shifts where it
 * begins.
 */
export async function stroke(task: TaskId, moves: number, from = 0): Promise<StrokeRun> {
  const { pane, context } = paneOf(task)
  const at = pathIn(pane, from)
  send(pane, 'pointerdown', ...at(0))
  await nextFrame()
  const updates: Update[] = []
  const start = performance.now()
  for (let i = 1; i <= moves; i++)
    updates.push(await measured(context, () => send(pane, 'pointermove', ...at(i))))
  const seconds = (performance.now() - start) / 1000
  send(pane, 'pointerup', ...at(moves))
  await nextFrame()
  await nextFrame()
  return { updates, framesPerSecond: moves / seconds }
}

/** The same stroke at once, where only what comes after it is measured. */
export async function paint(task: TaskId, moves: number, from: number): Promise<void> {
  const { pane } = paneOf(task)
  const at = pathIn(pane, from)
  send(pane, 'pointerdown', ...at(0))
  for (let i = 1; i <= moves; i++) send(pane, 'pointermove', ...at(i))
  send(pane, 'pointerup', ...at(moves))
  await nextFrame()
  await nextFrame()
}

function pathIn(pane: HTMLElement, from: number): (i: number) => [number, number] {
  const width = pane.clientWidth * 0.7
  const height = pane.clientHeight * 0.7
  return (i) => {
    const along = (from + i) * STEP
    const side = along % (2 * width)
    return [0.2 * width + (side < width ? side : 2 * width - side), 0.2 * height + ((along / 9) % height)]
  }
}

/** How evenly this machine runs: a fixed computation of about 2 ms, measured like an update. */
export async function steadiness(task: TaskId, count: number): Promise<readonly Update[]> {
  const { context } = paneOf(task)
  const updates: Update[] = []
  let sum = 0
  const work = (): void => {
    for (let i = 0; i < 1_500_000; i++) sum += Math.sqrt(i)
  }
  for (let i = 0; i < count; i++) updates.push(await measured(context, work))
  return sum > 0 ? updates : []
}

/** Takes the last `count` strokes back, one by one. */
export async function undo(editor: Editor, task: TaskId, count: number): Promise<readonly Update[]> {
  const { context } = paneOf(task)
  const updates: Update[] = []
  for (let i = 0; i < count; i++) updates.push(await measured(context, () => void editor.run('edit.undo')))
  return updates
}

/** Paints `count` short strokes through the editor, without waiting for frames; lets the page breathe now and then. */
export async function manyStrokes(editor: Editor, task: TaskId, count: number): Promise<void> {
  const { width, height } = editor.camera.image
  for (let i = 0; i < count; i++) {
    const x = 40 + ((i * 137) % (width - 140))
    const y = 40 + ((i * 71) % (height - 80))
    editor.painter.pointerDown(task, { x, y })
    editor.painter.pointerMove([
      { x: x + 30, y: y + 8 },
      { x: x + 60, y },
    ])
    editor.painter.pointerUp()
    if (i % 3 === 0) editor.setActiveClass(i % 13)
    if (i % 50 === 0) await nextFrame()
  }
  await nextFrame()
}
