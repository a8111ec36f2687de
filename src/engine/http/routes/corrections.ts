import { Hono } from 'hono'
import { editHeaderSchema } from '../../../shared/contract'
import type { TileBytes } from '../../../shared/edit'
import { AppError } from '../../../shared/errors'
import { decodeFrame } from '../../../shared/frame'
import type { EditRequest } from '../../project/correction'
import type { Services } from '../../services'
import { parse, taskOf } from '../parse'

/** Edits of label maps. */
export function correctionRoutes(services: Services): Hono {
  return new Hono().patch('/samples/:id/corrections/:task', async (c) => {
    const { dataset, project } = services.workspace
    const { id } = dataset.sample(c.req.param('id'))
    const task = taskOf(c.req.param('task'))
    const edit = editFrom(new Uint8Array(await c.req.arrayBuffer()))
    const revision = await project.edit(id, task, edit)
    services.events.emit({ type: 'correction', sample: id, task, revision })
    return c.json({ revision })
  })
}

/** Throws `bad_arguments` for a body that is not a framed edit. */
function editFrom(body: Uint8Array<ArrayBuffer>): EditRequest {
  const { header, payload } = readFrame(body)
  const { baseRevision, label, tiles } = parse(editHeaderSchema, header, 'the edit')
  let at = 0
  const cut = tiles.map(({ tx, ty, bytes }): TileBytes => {
    const tile = { tx, ty, bytes: payload.slice(at, at + bytes) }
    at += bytes
    return tile
  })
  if (at !== payload.byteLength)
    throw new AppError('bad_arguments', `the edit declares ${at} bytes of tiles, found ${payload.byteLength}`)
  return { baseRevision, label, tiles: cut }
}

function readFrame(body: Uint8Array<ArrayBuffer>): ReturnType<typeof decodeFrame> {
  try {
    return decodeFrame(body)
  } catch (cause) {
    throw new AppError('bad_arguments', 'the request body is not a framed edit', undefined, { cause })
  }
}
