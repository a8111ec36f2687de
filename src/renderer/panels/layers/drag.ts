/** How far a pointer moves before a press becomes a drag. */
const THRESHOLD = 4

interface DragHandlers {
  /** The pointer is over this place of the list: 0 = before the first row. */
  readonly over: (place: number) => void
  /** It was let go there; null when the drag was given up. */
  readonly end: (place: number | null) => void
}

/** Follows a press on a row of `list` until it is let go; a press that hardly moves stays a click. Escape gives the drag up. */
export function dragRow(event: PointerEvent, list: HTMLElement, { over, end }: DragHandlers): void {
  if (event.button !== 0) return
  const start = event.clientY
  let place: number | null = null
  const listeners = new AbortController()
  const { signal } = listeners
  const finish = (at: number | null): void => {
    listeners.abort()
    if (place !== null) end(at)
  }
  window.addEventListener(
    'pointermove',
    ({ clientY }) => {
      if (place === null && Math.abs(clientY - start) < THRESHOLD) return
      const boxes = [...list.children].map((row) => row.getBoundingClientRect())
      place = boxes.filter((box) => clientY > box.y + box.height / 2).length
      over(place)
    },
    { signal },
  )
  window.addEventListener('pointerup', () => finish(place), { signal })
  window.addEventListener('pointercancel', () => finish(null), { signal })
  window.addEventListener('blur', () => finish(null), { signal })
  window.addEventListener(
    'keydown',
    (key) => {
      if (key.key !== 'Escape' || place === null) return
      key.stopPropagation()
      finish(null)
    },
    { signal, capture: true },
  )
}
