import { readFile, realpath } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Context } from 'hono'
import { AppError } from '../../shared/errors'
import { ownBytes, resolveInside } from '../files/safe-path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/** Serves the built interface. Throws `not_found`, also when it has not been built. */
export async function serveStatic(c: Context, folder: string): Promise<Response> {
  const isPage = c.req.path === '/'
  try {
    const name = isPage ? 'index.html' : decodeURIComponent(c.req.path.slice(1))
    const type = TYPES[extname(name)]
    if (type === undefined) throw new AppError('not_found', `no such file`)
    const bytes = ownBytes(await readFile(await resolveInside(await realpath(folder), name)))
    // Vite puts a hash of the content into the names of assets.
    const cache = name.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
    return new Response(bytes, { headers: { 'content-type': type, 'cache-control': cache } })
  } catch (cause) {
    if (!isPage) throw new AppError('not_found', `there is no ${c.req.path}`, undefined, { cause })
    const message = `the interface is missing from ${join(folder, 'index.html')}; run \`npm run build\``
    throw new AppError('not_found', message, undefined, { cause })
  }
}
