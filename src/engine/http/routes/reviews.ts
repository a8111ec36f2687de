import { Hono } from 'hono'
import { reviewRequestSchema } from '../../../shared/contract'
import type { Services } from '../../services'
import { parseJson, taskOf } from '../parse'

/** Decisions about labels. */
export function reviewRoutes(services: Services): Hono {
  return new Hono().put('/samples/:id/reviews/:task', async (c) => {
    const { dataset, project } = services.workspace
    const { id } = dataset.sample(c.req.param('id'))
    const task = taskOf(c.req.param('task'))
    const review = await project.review(id, task, await parseJson(c, reviewRequestSchema))
    services.events.emit({ type: 'review', sample: id, task, review })
    return c.json(review)
  })
}
