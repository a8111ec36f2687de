import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ServerEvent } from '../../../shared/contract'
import type { Services } from '../../services'

/** A comment this often keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000

/** Server-sent events: `event:` is the type, `data:` the JSON. */
export function eventRoutes(services: Services): Hono {
  return new Hono().get('/events', (c) =>
    streamSSE(c, async (stream) => {
      const queue: ServerEvent[] = []
      let wake = (): void => undefined
      const unsubscribe = services.events.subscribe((event) => {
        queue.push(event)
        wake()
      })
      stream.onAbort(() => {
        unsubscribe()
        wake()
      })
      // The first bytes tell the client that it will hear everything from here on.
      await stream.write(': open\n\n')
      while (!stream.aborted) {
        const event = queue.shift()
        if (event) {
          await stream.writeSSE({ event: event.type, data: JSON.stringify(event) })
          continue
        }
        const timer = setTimeout(() => {
          void stream.write(': still here\n\n').then(() => wake())
        }, HEARTBEAT_MS).unref()
        await new Promise<void>((resolve) => {
          wake = resolve
          if (queue.length > 0 || stream.aborted) resolve()
        })
        clearTimeout(timer)
      }
    }),
  )
}
