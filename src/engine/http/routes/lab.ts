import { Hono } from 'hono'
import type { SampleLab } from '../../lab/sample-lab'
import type { AskLab } from '../lab-questions'
import { binary } from '../parse'

/** The attention lab of one sample, see `shared/lab/wire.ts`; a client that goes away is not waited for. */
export function labRoutes(lab: SampleLab, ask: AskLab): Hono {
  return new Hono()
    .post('/samples/:id/lab/:question', async (c) => {
      const { id, question } = c.req.param()
      const reply = await ask(question, id, await c.req.text(), c.req.raw.signal)
      return reply instanceof Uint8Array ? binary(reply) : c.json(reply)
    })
    .delete('/samples/:id/lab', async (c) => {
      await lab.close(c.req.param('id'))
      return c.body(null, 204)
    })
}
