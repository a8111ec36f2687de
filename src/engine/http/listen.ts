import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server'
import type { Hono } from 'hono'
import { Server } from 'node:http'
import { hostname } from 'node:os'
import { WebSocketServer } from 'ws'
import { AppError } from '../../shared/errors'
import { MAX_JSON_BODY } from './app'

export interface Listening {
  /** `http://<host>:<port>`, as a client on this machine or its network can open it. */
  readonly url: string
  /** Ends open connections, event streams included. */
  close(): Promise<void>
}

/** Serves the app; port 0 takes a free one. Throws `bad_arguments` when the address cannot be listened on. */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_JSON_BODY })
  // The adaptor means this class, but types its optional arguments without `undefined`.
  const upgrades = sockets as WebSocketServerLike
  const server = createAdaptorServer({ fetch: app.fetch, websocket: { server: upgrades } })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) =>
      reject(
        new AppError(
          'bad_arguments',
          `${host}:${port} cannot be listened on (${cause.message}); choose another --host or --port`,
          undefined,
          { cause },
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${urlHost(host)}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets.clients) socket.terminate()
        if (server instanceof Server) server.closeAllConnections()
      }),
  }
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}
