import { Hono } from 'hono'
import { encodeFrame } from '../../../shared/frame'
import type { Services } from '../../services'
import { binary, indexOf, taskOf } from '../parse'

/** Attention of a finished prediction. */
export function attentionRoutes(services: Services): Hono {
  return new Hono()
    .get('/samples/:id/attention', async (c) => {
      const { dataset } = services.workspace
      const { id } = dataset.sample(c.req.param('id'))
      return c.json(await services.predictions.attention(dataset, id))
    })
    .get('/samples/:id/attention/encoder/:task/:scale/:query', async (c) => {
      const { dataset } = services.workspace
      const { id } = dataset.sample(c.req.param('id'))
      const { header, data } = await services.predictions.encoderMap(dataset, id, {
        task: taskOf(c.req.param('task')),
        scale: indexOf(c.req.param('scale'), 'the scale'),
        query: indexOf(c.req.param('query'), 'the query'),
      })
      return binary(encodeFrame(header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))
    })
}
