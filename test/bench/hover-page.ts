/** Milliseconds after the pointer event of one move of the mouse. */
export interface Hover {
  /** The question left the window. */
  readonly asked: number
  /** The first byte of its answer is here. */
  readonly answered: number
  /** The last of the source maps was painted. */
  readonly painted: number
  /** The frame with them went to the compositor. */
  readonly frame: number
}

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
  const send = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const isTrace = typeof input === 'string' && input.endsWith('/lab/trace')
    if (isTrace && asked === 0) asked = performance.now()
    const response = await send(input, init)
    if (isTrace) answered = performance.now()
    return response
  }
  document.addEventListener(
    'pointermove',
    ({ timeStamp }) => {
      moved = timeStamp
      asked = answered = painted = 0
    },
    { capture: true },
  )
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
      // Behind the frame's own style, layout and paint.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        waits = false
        const done = performance.now()
        const [a, b, c, d] = [asked, answered, painted, done].map((at) => at - moved)
        hovers.next?.({ asked: a!, answered: b!, painted: c!, frame: d! })
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
