import * as v from 'valibot'

/** Milliseconds after the pointer event of one move of the mouse. */
export const hoverSchema = v.object({
  /** The question left the window. */
  asked: v.number(),
  /** Its answer is here. */
  answered: v.number(),
  /** The last of the source maps was painted. */
  painted: v.number(),
  /** The browser began the frame with them. */
  began: v.number(),
  /** The frame went to the compositor. */
  frame: v.number(),
})
export type Hover = v.InferOutput<typeof hoverSchema>

/** CSS pixels of the window. */
export const boxSchema = v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })
export type Box = v.InferOutput<typeof boxSchema>

declare global {
  interface Window {
    hovers: { next: ((hover: Hover) => void) | null }
  }
}

/** Runs in the page: notes when the pointer moved, the question left, the answer came and its maps were painted. */
export function follow(): void {
  const hovers: Window['hovers'] = { next: null }
  window.hovers = hovers
  let moved = 0
  let asked = 0
  let answered = 0
  let painted = 0
  let waits = false
  // eslint-disable-next-line @typescript-eslint/unbound-method -- It is called on the socket it was called on.
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (message) {
    if (asked === 0) asked = performance.now()
    Reflect.apply(send, this, [message])
  }
  // The maps are painted while the window's own listener runs: the answer is here when that looks at it.
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')!
  Object.defineProperty(MessageEvent.prototype, 'data', {
    ...data,
    get(this: MessageEvent) {
      if (this.target instanceof WebSocket) answered = performance.now()
      return data.get?.call(this) as unknown
    },
  })
  const move = ({ timeStamp }: Event): void => {
    if (timeStamp === moved) return
    moved = timeStamp
    asked = answered = painted = 0
  }
  // The same movement, as it is read and then with the next frame.
  for (const name of ['pointerrawupdate', 'pointermove'])
    document.addEventListener(name, move, { capture: true })
  // eslint-disable-next-line @typescript-eslint/unbound-method -- It is called on the context it was called on.
  const put: (...args: never[]) => void = CanvasRenderingContext2D.prototype.putImageData
  CanvasRenderingContext2D.prototype.putImageData = function (...args: unknown[]) {
    Reflect.apply(put, this, args)
    if (!(this.canvas instanceof HTMLCanvasElement) || this.canvas.dataset.testid !== 'heat') return
    if (answered === 0) return
    painted = performance.now()
    if (waits) return
    waits = true
    requestAnimationFrame(() => {
      const began = performance.now()
      // Behind the frame's own style, layout and paint.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        waits = false
        const times = { asked, answered, painted, began, frame: performance.now() }
        const after = Object.entries(times).map(([name, at]) => [name, at - moved])
        hovers.next?.(Object.fromEntries(after) as Hover)
        hovers.next = null
      }
      port2.postMessage(null)
    })
  }
}

/** Runs in the page: resolves with the next picture. */
export function answered(): Promise<Hover> {
  return new Promise((resolve) => {
    window.hovers.next = resolve
  })
}

/** Runs in the page: presses the button or radio of this name once there is one. */
export async function press(name: string): Promise<void> {
  for (;;) {
    const all = [...document.querySelectorAll<HTMLElement>('button:enabled')]
    const found = all.find((button) => (button.ariaLabel ?? button.textContent).trim() === name)
    if (found) return found.click()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Runs in the page: where the pane of a task lies, once that many panes show attention. */
export async function paneWithHeat(task: string, panes: number): Promise<Box> {
  while (document.querySelectorAll('[data-testid="heat"]').length < panes)
    await new Promise((resolve) => setTimeout(resolve, 50))
  const pane = document.querySelector(`[data-testid="pane"][data-task="${task}"]`)
  if (!pane) throw new Error(`no pane of ${task}`)
  const { x, y, width, height } = pane.getBoundingClientRect()
  return { x, y, width, height }
}
