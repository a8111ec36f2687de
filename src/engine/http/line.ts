import { upgradeWebSocket } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import { AppError } from '../../shared/errors'
import { frameHead } from '../../shared/frame'
import { lineMessageSchema, type LineAnswer } from '../../shared/line'
import type { AskLab } from './lab-questions'
import { problemAnswer } from './problems'

/** Policy violation, RFC 6455 7.4.1: what was sent is no message of a line. */
const REFUSED = 1008
const PATH = /^\/v1\/samples\/([^/]+)\/lab\/([^/]+)$/

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Answers the messages of one line (`shared/line.ts`), each on its own, so that a slow answer holds up none. Whoever opened
 * the line was let in already. An answer's bytes are passed on as they are: a pointer asks for a quarter of a megabyte
 * with every move, and what is copied has to be collected.
 */
export class Line {
  readonly #running = new Map<number, AbortController>()

  constructor(
    private readonly ask: AskLab,
    private readonly send: (answer: LineAnswer, body: Bytes) => void,
  ) {}

  /** Resolves when the answer was sent, or at once when there is none. Rejects for what is no message. */
  async receive(text: string): Promise<void> {
    const message = v.parse(lineMessageSchema, JSON.parse(text))
    const { id } = message
    this.#running.get(id)?.abort()
    if ('cancelled' in message) return
    const asked = new AbortController()
    this.#running.set(id, asked)
    const { status, body } = await this.#answer(message.path, message.body, asked.signal)
    if (this.#running.get(id) === asked) this.#running.delete(id)
    if (!asked.signal.aborted) this.send({ id, status }, body)
  }

  /** Nobody listens any more. */
  close(): void {
    for (const asked of this.#running.values()) asked.abort()
    this.#running.clear()
  }

  async #answer(path: string, body: string, signal: AbortSignal): Promise<{ status: number; body: Bytes }> {
    try {
      const [, id, question] = PATH.exec(path) ?? []
      if (id === undefined || question === undefined)
        throw new AppError('not_found', `a line answers questions of the attention lab, not ${path}`)
      const reply = await this.ask(question, decodeURIComponent(id), body, signal)
      return { status: 200, body: reply instanceof Uint8Array ? reply : json(reply) }
    } catch (error) {
      const { status, problem } = problemAnswer(error)
      return { status, body: json(problem) }
    }
  }
}

function json(value: object): Bytes {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** Opens a line on an upgraded connection. */
export function openLine(ask: AskLab): MiddlewareHandler {
  return upgradeWebSocket(() => {
    let line: Line | null = null
    return {
      onOpen: (_event, socket) => {
        line = new Line(ask, (answer, body) => {
          const { raw } = socket
          if (!(raw instanceof WebSocket))
            throw new TypeError('the line was opened by another WebSocket server')
          // Two parts of one message, so that the body is not copied behind the header.
          raw.send(frameHead(answer), { binary: true, fin: false })
          raw.send(body, { binary: true, fin: true })
        })
      },
      onMessage: ({ data }, socket) => {
        const text = typeof data === 'string' ? data : ''
        line?.receive(text).catch(() => socket.close(REFUSED, 'not a message of a line'))
      },
      onClose: () => line?.close(),
    }
  })
}
