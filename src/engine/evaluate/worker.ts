import { workerData } from 'node:worker_threads'
import * as v from 'valibot'
import { TASK_IDS } from '../../shared/tasks'
import { openDataset } from '../dataset/readers'
import { serveThread } from '../threads/serve'
import { localMeasurer } from './measurer'
import type { Request } from './pool'

/** A worker of `pool.ts`: opens the data set and answers one request after the other. */
const startSchema = v.object({
  root: v.string(),
  spec: v.variant('kind', [
    v.object({ kind: v.literal('folder'), root: v.string() }),
    v.object({ kind: v.literal('model'), hash: v.string(), cacheDir: v.string() }),
  ]),
})
const requestSchema: v.GenericSchema<Request> = v.variant('kind', [
  v.object({ kind: v.literal('measure'), id: v.string(), tasks: v.array(v.picklist(TASK_IDS)) }),
  v.object({ kind: v.literal('angles'), id: v.string(), bins: v.array(v.number()) }),
])

const { root, spec } = v.parse(startSchema, workerData)
const measurer = openDataset(root).then((dataset) => localMeasurer(dataset, spec))

serveThread(async (message: unknown) => {
  const request = v.parse(requestSchema, message)
  const opened = await measurer
  return request.kind === 'measure'
    ? opened.measure(request.id, request.tasks)
    : opened.angles(request.id, request.bins)
})
