import { Hono } from 'hono'
import {
  effectsRequestSchema,
  galleryRequestSchema,
  interveneRequestSchema,
  matrixRequestSchema,
  queryRequestSchema,
  traceRequestSchema,
} from '../../../shared/lab/wire'
import { SampleLab } from '../../lab/sample-lab'
import type { Services } from '../../services'
import { binary, parseJson } from '../parse'

/** The attention lab of one sample, see `shared/lab/wire.ts`; a client that goes away is not waited for. */
export function labRoutes(services: Services): Hono {
  const lab = new SampleLab(services)
  return new Hono()
    .post('/samples/:id/lab/trace', async (c) => {
      const request = await parseJson(c, traceRequestSchema)
      return binary(await lab.trace(c.req.param('id'), request, c.req.raw.signal))
    })
    .post('/samples/:id/lab/query', async (c) => {
      const request = await parseJson(c, queryRequestSchema)
      return binary(await lab.query(c.req.param('id'), request, c.req.raw.signal))
    })
    .post('/samples/:id/lab/gallery', async (c) => {
      const request = await parseJson(c, galleryRequestSchema)
      return binary(await lab.gallery(c.req.param('id'), request, c.req.raw.signal))
    })
    .post('/samples/:id/lab/matrix', async (c) => {
      const request = await parseJson(c, matrixRequestSchema)
      return c.json(await lab.matrix(c.req.param('id'), request, c.req.raw.signal))
    })
    .post('/samples/:id/lab/intervene', async (c) => {
      const request = await parseJson(c, interveneRequestSchema)
      return binary(await lab.intervene(c.req.param('id'), request, c.req.raw.signal))
    })
    .post('/samples/:id/lab/effects', async (c) => {
      const request = await parseJson(c, effectsRequestSchema)
      return c.json(await lab.effects(c.req.param('id'), request, c.req.raw.signal))
    })
    .delete('/samples/:id/lab', async (c) => {
      await lab.close(c.req.param('id'))
      return c.body(null, 204)
    })
}
