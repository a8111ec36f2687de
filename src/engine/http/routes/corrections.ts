import { Hono } from 'hono'
import { gestureHeaderSchema } from '../../../shared/contract'
import { AppError } from '../../../shared/errors'
import { decodeFrame } from '../../../shared/frame'
import { TASK_IDS } from '../../../shared/tasks'
import type { Gesture } from '../../project/gesture'
import type { Services } from '../../services'
import { parse } from '../parse'

/** Edits of label maps. */
export function correctionRoutes(services: Services): Hono {
  return new Hono().patch('/samples/:id/corrections', async (c) => {
    const { dataset, project } = services.workspace
    const { id } = dataset.sample(c.req.param('id'))
    const revisions = await project.edit(id, gestureFrom(new Uint8Array(await c.req.arrayBuffer())))
    for (const task of TASK_IDS) {
      const revision = revisions[task]
      if (revision !== undefined) services.events.emit({ type: 'correction', sample: id, task, revision })
    }
    return c.json({ revisions })
  })
}

/** Throws `bad_arguments` for a body that is not a framed gesture. */
function gestureFrom(body: Uint8Array<ArrayBuffer>): Gesture {
  const { header, payload } = readFrame(body)
  const { id, label, maps } = parse(gestureHeaderSchema, header, 'the edit')
  let at = 0
  const cut = maps.map(({ task, baseRevision, tiles }) => ({
    task,
    baseRevision,
    tiles: tiles.map(({ tx, ty, bytes }) => {
      const tile = { tx, ty, bytes: payload.slice(at, at + bytes) }
      at += bytes
      return tile
    }),
  }))
  if (at !== payload.byteLength)
    throw new AppError('bad_arguments', `the edit declares ${at} bytes of tiles, found ${payload.byteLength}`)
  return { id, label, maps: cut }
}

function readFrame(body: Uint8Array<ArrayBuffer>): ReturnType<typeof decodeFrame> {
  try {
    return decodeFrame(body)
  } catch (cause) {
    throw new AppError('bad_arguments', 'the request body is not a framed edit', undefined, { cause })
  }
}
