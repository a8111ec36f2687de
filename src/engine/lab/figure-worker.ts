import { serveThread } from '../threads/serve'
import { figureOf, type FigureRequest } from './figure'

/** The thread of `figure.ts`. */
serveThread(async (request: FigureRequest) => figureOf(request))
