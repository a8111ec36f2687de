import { serveThread } from '../threads/serve'
import { tallyOf, type TallyRequest } from './tally'

/** A thread of `tally.ts`. */
serveThread(async (request: TallyRequest) => tallyOf(request))
