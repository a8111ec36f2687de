import { Hono } from 'hono'
import { openRequestSchema } from '../../../shared/contract'
import type { Services } from '../../services'
import { parseJson } from '../parse'

/** What is open, and opening something else. */
export function workspaceRoutes(services: Services): Hono {
  return new Hono()
    .get('/status', (c) => c.json(services.status()))
    .post('/dataset', async (c) => {
      const { path } = await parseJson(c, openRequestSchema)
      return c.json(await services.openDataset(path))
    })
    .post('/model', async (c) => {
      const { path } = await parseJson(c, openRequestSchema)
      return c.json(await services.openModel(path))
    })
    .get('/model/providers', (c) => c.json(services.predictions.providers()))
    .delete('/model/providers', async (c) => c.json(await services.predictions.tryProvidersAgain()))
}
