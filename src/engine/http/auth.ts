import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { AppError } from '../../shared/errors'

/** Names under which a loopback server may be addressed; others are refused, so no foreign name can be rebound to it. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** Refuses requests that name another host. `anyHost`: the user chose to listen beyond loopback. */
export function checkHost(anyHost: boolean): MiddlewareHandler {
  return async (c, next) => {
    const name = (c.req.header('host') ?? new URL(c.req.url).host).replace(/:\d+$/, '').toLowerCase()
    if (!anyHost && !LOOPBACK.includes(name))
      throw new AppError(
        'unauthorised',
        `this server answers to ${LOOPBACK.join(', ')}, not to ${JSON.stringify(name)}`,
      )
    await next()
  }
}

/**
 * Lets a request through with `Authorization: Bearer <token>` or the cookie that `GET /?token=<token>` sets. The cookie
 * is only taken from this server's own pages: SameSite does not tell ports of one host apart.
 */
export function checkToken(token: string): MiddlewareHandler {
  // Two servers on one host share their cookies, whatever the port: each has its own name.
  const name = `mq-studio-${createHash('sha256').update(token).digest('hex').slice(0, 12)}`
  return async (c, next) => {
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (bearer !== undefined && matches(bearer, token)) return next()
    const offered = c.req.query('token')
    if (c.req.method === 'GET' && c.req.path === '/' && offered !== undefined && matches(offered, token)) {
      setCookie(c, name, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return c.redirect('/', 302)
    }
    if (matches(getCookie(c, name) ?? '', token) && isOwnPage(c)) return next()
    throw new AppError('unauthorised', 'open the address that `mq-studio serve` printed, with its token')
  }
}

function isOwnPage(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const sameOrigin =
    origin === undefined || origin === `${new URL(c.req.url).protocol}//${c.req.header('host')}`
  // A page may be opened from anywhere; everything it loads must be asked for by itself.
  const navigation = c.req.method === 'GET' && c.req.header('sec-fetch-mode') === 'navigate'
  return sameOrigin && (site === undefined || site === 'same-origin' || site === 'none' || navigation)
}

/** Compares digests in constant time. */
function matches(offered: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(offered), digest(token))
}
