import * as v from 'valibot'
import { API } from '../../shared/contract'
import { decodeFrame } from '../../shared/frame'
import { lineAnswerSchema, type LineMessage } from '../../shared/line'
import type { BytesReply, Fetch, Reply } from './transport'

/** Milliseconds after a line was lost, or could not be opened, before another is tried. */
const RETRY_MS = 3000

/** What a line needs of a WebSocket. */
export type Socket = Pick<WebSocket, 'binaryType' | 'OPEN' | 'readyState' | 'send' | 'addEventListener'>

interface Question {
  readonly answered: (reply: Reply) => void
  /** Asks in the other way. */
  readonly again: () => void
}

/**
 * `fetch` over a line (`shared/line.ts`) for questions: POSTs of JSON that change nothing, so that those whose line is lost
 * can be asked again by `other`. That is also how everything is asked while no line is open, so a proxy that lets no
 * WebSocket pass costs only time.
 */
export function lineFetch(open: () => Socket, other: Fetch<Reply>): Fetch<Reply> {
  const waiting = new Map<number, Question>()
  let socket: Socket | null = null
  let retryAt = 0
  let last = 0

  const connect = (): void => {
    const made = open()
    socket = made
    made.binaryType = 'arraybuffer'
    made.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return
      const { header, payload } = decodeFrame(new Uint8Array(data))
      const { id, status } = v.parse(lineAnswerSchema, header)
      const question = waiting.get(id)
      waiting.delete(id)
      question?.answered(new LineReply(status, payload))
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

/** An answer as it came: a `Response` would copy it twice, and a pointer asks for a quarter of a megabyte with every move. */
class LineReply implements BytesReply {
  constructor(
    readonly status: number,
    private readonly body: Uint8Array<ArrayBuffer>,
  ) {}
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(this.body)
  }
  json(): Promise<unknown> {
    return Promise.resolve(this.body).then((body) => JSON.parse(new TextDecoder().decode(body)) as unknown)
  }
}

/** A line to the server this page came from. */
export function ownSocket(): WebSocket {
  const url = new URL(`${API}/line`, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url)
}
