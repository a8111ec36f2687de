import { upgradeWebSocket } from '@hono/node-server'
import type { Hono, MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { encodeFrame } from '../../shared/frame'
import { lineMessageSchema, type LineAnswer } from '../../shared/line'

/** Policy violation, RFC 6455 7.4.1: what was sent is no message of a line. */
const REFUSED = 1008

/**
 * Answers the messages of one line (`shared/line.ts`) from the routes, each on its own, so that a slow answer holds up none.
 * `routes` are asked directly: whoever opened the line was let in already.
 */
export class Line {
  readonly #running = new Map<number, AbortController>()

  constructor(
    private readonly routes: Pick<Hono, 'fetch'>,
    private readonly send: (answer: Uint8Array<ArrayBuffer>) => void,
  ) {}

  /** Resolves when the answer was sent, or at once when there is none. Rejects for what is no message. */
  async receive(text: string): Promise<void> {
    const message = v.parse(lineMessageSchema, JSON.parse(text))
    const { id } = message
    this.#running.get(id)?.abort()
    if ('cancelled' in message) return
    const asked = new AbortController()
    this.#running.set(id, asked)
    const { path, body } = message
    const headers = { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }
    const request = new Request(`http://line${path}`, { method: 'POST', headers, body, signal: asked.signal })
    const response = await this.routes.fetch(request)
    const payload = new Uint8Array(await response.arrayBuffer())
    if (this.#running.get(id) === asked) this.#running.delete(id)
    const answer: LineAnswer = { id, status: response.status }
    if (!asked.signal.aborted) this.send(encodeFrame(answer, payload))
  }

  /** Nobody listens any more. */
  close(): void {
    for (const asked of this.#running.values()) asked.abort()
    this.#running.clear()
  }
}

/** Opens a line on an upgraded connection. */
export function openLine(routes: Pick<Hono, 'fetch'>): MiddlewareHandler {
  return upgradeWebSocket(() => {
    let line: Line | null = null
    return {
      onOpen: (_event, socket) => {
        line = new Line(routes, (answer) => socket.send(answer))
      },
      onMessage: ({ data }, socket) => {
        const text = typeof data === 'string' ? data : ''
        line?.receive(text).catch(() => socket.close(REFUSED, 'not a message of a line'))
      },
      onClose: () => line?.close(),
    }
  })
}
