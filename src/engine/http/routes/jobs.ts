import { Hono } from 'hono'
import { jobRequestSchema } from '../../../shared/contract'
import type { Services } from '../../services'
import { parseJson } from '../parse'

/** Long work: predicting every sample, export, evaluation. */
export function jobRoutes(services: Services): Hono {
  return new Hono()
    .post('/jobs', async (c) => c.json(services.startJob(await parseJson(c, jobRequestSchema)), 202))
    .get('/evaluation/report', (c) =>
      // To be saved: the page is made of other people's names and stays outside this origin.
      c.body(services.evaluationPage, 200, {
        'content-type': 'text/html; charset=utf-8',
        'content-disposition': 'attachment; filename="report.html"',
      }),
    )
    .get('/jobs/:id', (c) => c.json(services.jobs.get(c.req.param('id'))))
    .delete('/jobs/:id', async (c) => c.json(await services.jobs.cancel(c.req.param('id'))))
}
