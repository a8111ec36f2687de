import { Hono } from 'hono'
import { jobRequestSchema } from '../../../shared/contract'
import type { Services } from '../../services'
import { parseJson } from '../parse'

/** Long work: predicting every sample, export. */
export function jobRoutes(services: Services): Hono {
  return new Hono()
    .post('/jobs', async (c) => c.json(services.startJob(await parseJson(c, jobRequestSchema)), 202))
    .get('/jobs/:id', (c) => c.json(services.jobs.get(c.req.param('id'))))
    .delete('/jobs/:id', async (c) => c.json(await services.jobs.cancel(c.req.param('id'))))
}
