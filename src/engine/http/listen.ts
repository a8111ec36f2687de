import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { Server } from 'node:http'
import { hostname } from 'node:os'
import { AppError } from '../../shared/errors'

export interface Listening {
  /** `http://<host>:<port>`, as a client on this machine or its network can open it. */
  readonly url: string
  /** Ends open connections, event streams included. */
  close(): Promise<void>
}

/** Serves the app; port 0 takes a free one. Throws `bad_arguments` when the address cannot be listened on. */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch })
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
        if (server instanceof Server) server.closeAllConnections()
      }),
  }
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}
