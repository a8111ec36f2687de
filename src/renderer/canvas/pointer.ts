import { cellFromImage, imageFromScreen, type ImagePoint, type ScreenPoint } from '../../shared/space'
import type { Editor } from '../editor/editor.svelte'
import type { TracePoint } from '../editor/lab/lab.svelte'
import type { Modifiers } from '../editor/tools/tool'
import type { PaneSpec } from '../editor/view.svelte'
import type { PaneView } from './pane-view'

const WHEEL_RATE = 0.0016
const LINE_PIXELS = 16
const PAGE_PIXELS = 400
/** A trackpad's pinch arrives as a wheel with ctrl and much smaller steps. */
const PINCH_RATE = 0.01

/** A pen's barrel button and its other end. */
const ERASER_BUTTONS: ReadonlySet<number> = new Set([2, 5])

/** CSS pixels a press may move and still be a click. */
const CLICK_REACH = 4

/** `from` is where it began; a pan that never left there is a click. */
type Gesture = {
  kind: 'paint' | 'pan'
  pointer: number
  from: ScreenPoint
  last: ScreenPoint
  moved: boolean
} | null

/** Turns pointer and wheel events on one pane into gestures of the editor. Returns the disposer, which takes a gesture in progress back. */
export function attachPointer(
  element: HTMLElement,
  view: PaneView,
  editor: Editor,
  spec: () => PaneSpec,
): () => void {
  const listeners = new AbortController()
  const fingers = new Map<number, ScreenPoint>()
  let gesture: Gesture = null

  const at = (event: MouseEvent): ScreenPoint => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const follow = (event: PointerEvent): void => {
    const point = view.imageFromScreen(at(event))
    editor.view.pointer = point
    editor.setCursor(cellFromImage(point))
    trace(event)
  }
  const trace = (event: PointerEvent): void => {
    if (editor.mode === 'attention' && !gesture?.moved)
      editor.lab.hoverAt(pixelAt(editor, spec(), view.imageFromScreen(at(event))))
  }

  /** A mouse reports half of the pressure while a button is held; only a pen knows. */
  const sampleOf = (event: PointerEvent): ImagePoint & { pressure: number } => ({
    ...view.imageFromScreen(at(event)),
    pressure: event.pointerType === 'pen' ? event.pressure : 1,
  })

  const down = (event: PointerEvent): void => {
    element.focus({ preventScroll: true })
    fingers.set(event.pointerId, at(event))
    if (event.pointerType === 'touch' && fingers.size === 2) {
      // A second finger means the first was not meant to paint.
      editor.painter.cancel()
      gesture = null
      return
    }
    if (gesture || fingers.size > 1) return
    // Attention covers the labels, and nobody should paint what is not shown.
    const moves = editor.view.spaceHeld || editor.tool === 'hand' || editor.mode === 'attention'
    const erase = event.pointerType === 'pen' && ERASER_BUTTONS.has(event.button)
    const pan = event.button === 1 || (event.button === 0 && moves)
    if (!pan && event.button !== 0 && (!erase || moves)) return
    element.setPointerCapture(event.pointerId)
    follow(event)
    const started =
      pan || beginGesture(editor, spec(), sampleOf(event), { modifiers: modifiersOf(event), erase })
    if (started && (pan || editor.painter.painting))
      gesture = {
        kind: pan ? 'pan' : 'paint',
        pointer: event.pointerId,
        from: at(event),
        last: at(event),
        moved: false,
      }
    editor.view.panning = pan
    event.preventDefault()
  }

  const move = (event: PointerEvent): void => {
    if (fingers.size === 2 && fingers.has(event.pointerId)) {
      pinch(event)
      return
    }
    view.hovered = true
    if (gesture?.pointer === event.pointerId && gesture.kind === 'pan') {
      const point = at(event)
      gesture.moved ||= distance(gesture.from, point) > CLICK_REACH
      if (!gesture.moved && editor.mode === 'attention') return
      const { x, y, scale } = editor.camera.pose
      editor.camera.place({
        x: x - (point.x - gesture.last.x) / scale,
        y: y - (point.y - gesture.last.y) / scale,
        scale,
      })
      gesture.last = point
    } else if ((gesture?.pointer === event.pointerId && editor.painter.painting) || editor.painter.clicking) {
      // Every position since the last frame, or fast strokes would cut corners.
      const events = event.getCoalescedEvents()
      editor.painter.pointerMove((events.length > 0 ? events : [event]).map(sampleOf), modifiersOf(event))
    }
    follow(event)
    if (editor.mode !== 'attention') view.invalidateOverlay()
  }

  const up = (event: PointerEvent): void => {
    fingers.delete(event.pointerId)
    if (gesture?.pointer !== event.pointerId) return
    if (gesture.kind === 'paint') editor.painter.pointerUp()
    else if (!gesture.moved && event.button === 0 && editor.mode === 'attention')
      editor.lab.pinAt(pixelAt(editor, spec(), view.imageFromScreen(at(event))))
    gesture = null
    editor.view.panning = false
  }
  const lost = (event: PointerEvent): void => {
    fingers.delete(event.pointerId)
    if (gesture?.pointer !== event.pointerId) return
    if (gesture.kind === 'paint') editor.painter.cancel()
    gesture = null
    editor.view.panning = false
  }
  const leave = (): void => {
    view.hovered = false
    if (gesture) return
    editor.view.pointer = null
    editor.setCursor(null)
  }

  /** Two fingers: the points under them stay under them. */
  const pinch = (event: PointerEvent): void => {
    const [a, b] = [...fingers.values()]
    fingers.set(event.pointerId, at(event))
    const [c, d] = [...fingers.values()]
    if (!a || !b || !c || !d) return
    const { camera } = editor
    const anchor = imageFromScreen(camera.pose, view.size, middle(a, b))
    const scale = (camera.pose.scale * distance(c, d)) / Math.max(1, distance(a, b))
    const to = middle(c, d)
    camera.place({
      scale,
      x: anchor.x - (to.x - view.size.width / 2) / scale,
      y: anchor.y - (to.y - view.size.height / 2) / scale,
    })
  }

  const wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const unit = [1, LINE_PIXELS, PAGE_PIXELS][event.deltaMode] ?? 1
    const delta = (event.deltaY || event.deltaX) * unit
    if (event.altKey) {
      editor.run(delta < 0 ? 'brush.larger' : 'brush.smaller')
      return
    }
    const point = imageFromScreen(editor.camera.goal, view.size, at(event))
    editor.camera.zoomAt(Math.exp(-delta * (event.ctrlKey ? PINCH_RATE : WHEEL_RATE)), point.x, point.y)
  }

  const { signal } = listeners
  element.addEventListener('pointerdown', down, { signal })
  element.addEventListener('pointermove', move, { signal })
  // Moves wait for the next frame. Asked when the pointer is read, a question is often answered in time for that frame.
  const read = (event: Event): void => void (event instanceof PointerEvent && trace(event))
  element.addEventListener('pointerrawupdate', read, { signal })
  element.addEventListener('pointerup', up, { signal })
  element.addEventListener('pointercancel', lost, { signal })
  element.addEventListener('lostpointercapture', lost, { signal })
  element.addEventListener('pointerleave', leave, { signal })
  element.addEventListener('wheel', wheel, { signal, passive: false })
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  return () => {
    listeners.abort()
    // A pane that goes while the button is held never hears of the release.
    if (gesture?.kind === 'paint') editor.painter.cancel()
    if (gesture) editor.view.panning = false
  }
}

function beginGesture(
  editor: Editor,
  { task, source }: PaneSpec,
  sample: ImagePoint & { pressure: number },
  how: { modifiers: Modifiers; erase: boolean },
): boolean {
  const shown = source === 'photo' || source === 'difference' || source === 'swipe' ? null : source
  return editor.painter.pointerDown(task, sample, { shown, ...how })
}

/** The pixel of the pane's task under a point of the photo; null beside the photo. */
function pixelAt({ detail }: Editor, { task }: PaneSpec, point: ImagePoint): TracePoint | null {
  const { x, y } = cellFromImage(point)
  if (!detail || x < 0 || y < 0 || x >= detail.width || y >= detail.height) return null
  return { task, x, y }
}

function modifiersOf({ shiftKey, altKey, ctrlKey, metaKey }: PointerEvent): Modifiers {
  return { shift: shiftKey, alt: altKey, ctrl: ctrlKey || metaKey }
}

function middle(a: ScreenPoint, b: ScreenPoint): ScreenPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}
function distance(a: ScreenPoint, b: ScreenPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
