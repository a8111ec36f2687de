import * as v from 'valibot'
import { API } from '../../shared/contract'
import { decodeFrame } from '../../shared/frame'
import { lineAnswerSchema, type LineMessage } from '../../shared/line'
import type { Fetch } from './transport'

/** Milliseconds after a line was lost, or could not be opened, before another is tried. */
const RETRY_MS = 3000

/** What a line needs of a WebSocket. */
export type Socket = Pick<WebSocket, 'binaryType' | 'OPEN' | 'readyState' | 'send' | 'addEventListener'>

interface Question {
  readonly answered: (response: Response) => void
  /** Asks in the other way. */
  readonly again: () => void
}

/**
 * `fetch` over a line (`shared/line.ts`) for questions: POSTs of JSON that change nothing, so that those whose line is lost
 * can be asked again by `other`. That is also how everything is asked while no line is open, so a proxy that lets no
 * WebSocket pass costs only time.
 */
export function lineFetch(open: () => Socket, other: Fetch): Fetch {
  const waiting = new Map<number, Question>()
  let socket: Socket | null = null
  let retryAt = 0
  let last = 0

  const connect = (): void => {
    const made = open()
    socket = made
    made.binaryType = 'arraybuffer'
    made.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) answer(waiting, new Uint8Array(data))
    })
    made.addEventListener('close', () => {
      socket = null
      retryAt = performance.now() + RETRY_MS
      const lost = [...waiting.values()]
      waiting.clear()
      for (const { again } of lost) again()
    })
  }

  return (input, init = {}) => {
    const { body, signal } = init
    if (!socket && performance.now() >= retryAt) connect()
    if (!socket || socket.readyState !== socket.OPEN || typeof body !== 'string' || signal?.aborted)
      return other(input, init)
    const to = socket
    const say = (message: LineMessage): void => to.send(JSON.stringify(message))
    const id = ++last
    return new Promise((resolve, reject) => {
      waiting.set(id, { answered: resolve, again: () => resolve(other(input, init)) })
      signal?.addEventListener('abort', () => {
        if (!waiting.delete(id)) return
        say({ id, cancelled: true })
        reject(new DOMException('The question was given up.', 'AbortError'))
      })
      say({ id, path: input, body })
    })
  }
}

function answer(waiting: Map<number, Question>, bytes: Uint8Array<ArrayBuffer>): void {
  const { header, payload } = decodeFrame(bytes)
  const { id, status } = v.parse(lineAnswerSchema, header)
  const question = waiting.get(id)
  waiting.delete(id)
  question?.answered(new Response(status === 204 ? null : payload, { status }))
}

/** A line to the server this page came from. */
export function ownSocket(): WebSocket {
  const url = new URL(`${API}/line`, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url)
}
