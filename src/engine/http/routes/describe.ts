import { Hono } from 'hono'
import { describeRequestSchema, writeDescriptionSchema } from '../../../shared/describe'
import { proposeDescription, writeDescription } from '../../dataset/describe/propose'
import { parseJson } from '../parse'

/** Looking at a folder that no reader recognises, and writing its `dataset.json` once the user has confirmed it. */
export function describeRoutes(): Hono {
  return new Hono()
    .post('/describe', async (c) => {
      const { path } = await parseJson(c, describeRequestSchema)
      return c.json(await proposeDescription(path))
    })
    .put('/describe', async (c) => {
      const { path, json } = await parseJson(c, writeDescriptionSchema)
      return c.json(await writeDescription(path, json))
    })
}
