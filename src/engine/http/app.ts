import { Hono, type MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { AppError } from '../../shared/errors'
import { API } from '../../shared/contract'
import { RENDERER_DIR } from '../install'
import { SampleLab } from '../lab/sample-lab'
import type { Services } from '../services'
import { checkHost, checkToken } from './auth'
import { labQuestions } from './lab-questions'
import { openLine } from './line'
import { limitBody } from './parse'
import { problemResponse } from './problems'
import { correctionRoutes } from './routes/corrections'
import { describeRoutes } from './routes/describe'
import { eventRoutes } from './routes/events'
import { exportRoutes } from './routes/exports'
import { jobRoutes } from './routes/jobs'
import { labRoutes } from './routes/lab'
import { predictionRoutes } from './routes/predictions'
import { reviewRoutes } from './routes/reviews'
import { sampleRoutes } from './routes/samples'
import { workspaceRoutes } from './routes/workspace'
import { serveStatic } from './static'

/** Largest JSON body; edits have their own limit in their route. */
export const MAX_JSON_BODY = 4 * 1024 * 1024
const MAX_EDIT_BODY = 512 * 1024 * 1024

export interface AppOptions {
  /** Null where nobody but this program can reach the app (Electron's own protocol). */
  readonly token: string | null
  /** Accept any Host header: the user listens on another address than loopback. */
  readonly anyHost?: boolean
  /** Where the built interface lies. */
  readonly renderer?: string
}

/** The whole HTTP surface as one web-standard handler; routes are those of `shared/contract.ts`. */
export function createApp(services: Services, options: AppOptions): Hono {
  const app = new Hono()
  app.onError((error) => problemResponse(error))
  app.notFound((c) => problemResponse(new AppError('not_found', `there is no ${c.req.method} ${c.req.path}`)))
  app.use(securityHeaders)
  if (options.token !== null) app.use(checkHost(options.anyHost ?? false), checkToken(options.token))
  const lab = new SampleLab(services)
  const askLab = labQuestions(lab)
  app.get(`${API}/line`, openLine(askLab))
  const limits = { json: limitBody(MAX_JSON_BODY), edit: limitBody(MAX_EDIT_BODY) }
  const limit: MiddlewareHandler = (c, next) =>
    (c.req.method === 'PATCH' ? limits.edit : limits.json)(c, next)
  app.use(`${API}/*`, limit)
  for (const routes of [
    workspaceRoutes,
    sampleRoutes,
    predictionRoutes,
    correctionRoutes,
    reviewRoutes,
    exportRoutes,
    jobRoutes,
    eventRoutes,
    describeRoutes,
  ])
    app.route(API, routes(services))
  app.route(API, labRoutes(lab, askLab))
  app.get('/*', async (c) => serveStatic(c, options.renderer ?? RENDERER_DIR))
  return app
}

/** Scripts from this server only; label names and READMEs are data and can never run. */
const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:', 'data:'],
    // Floating panels are placed with style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  crossOriginEmbedderPolicy: 'require-corp',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
})
