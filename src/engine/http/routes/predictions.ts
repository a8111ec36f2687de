import { Hono } from 'hono'
import type { Services } from '../../services'

/** Running the model on one sample; a client that goes away cancels its run. */
export function predictionRoutes(services: Services): Hono {
  const routes = new Hono()
  routes.post('/samples/:id/prediction', async (c) => {
    const { dataset } = services.workspace
    const { id } = dataset.sample(c.req.param('id'))
    const prediction = await services.predictions.predict(dataset, id, c.req.raw.signal)
    services.events.emit({ type: 'prediction', sample: id })
    return c.json(prediction)
  })
  // Answered at once: nobody waits for a prediction ahead, the event tells of it.
  routes.post('/samples/:id/prefetch', (c) => {
    const { dataset } = services.workspace
    const { id } = dataset.sample(c.req.param('id'))
    services.predictions.prefetch(dataset, id).then(
      (computed) => computed && services.events.emit({ type: 'prediction', sample: id }),
      () => undefined,
    )
    return c.body(null, 202)
  })
  return routes
}
