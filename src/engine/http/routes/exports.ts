import { Hono } from 'hono'
import { exportRequestSchema } from '../../../shared/export'
import type { Services } from '../../services'
import { parseJson } from '../parse'

/** What an export would write; exports themselves are jobs. */
export function exportRoutes(services: Services): Hono {
  return new Hono().post('/exports/plan', async (c) =>
    c.json(await services.planExport(await parseJson(c, exportRequestSchema))),
  )
}
