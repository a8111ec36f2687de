import { workerData } from 'node:worker_threads'
import * as v from 'valibot'
import { exportOptionsSchema } from '../../shared/export'
import { openDataset } from '../dataset/readers'
import { Project } from '../project/project'
import { serveThread } from '../threads/serve'
import { Copier } from './copy-file'
import type { Unit } from './format'
import { exportFormat } from './formats'
import type { Written } from './journal'
import { writeUnit, type Job } from './write-unit'

/** What a thread is started with. */
const workerDataSchema = v.object({
  root: v.string(),
  format: v.string(),
  options: exportOptionsSchema,
  folders: v.object({ files: v.string(), fragments: v.string() }),
})
export type WorkerData = v.InferOutput<typeof workerDataSchema>

export interface WorkerRequest {
  readonly unit: Unit
  readonly known: Written | null
}

/** A thread of an export: opens the data set and its corrections for itself, read-only, and writes the units it is sent. */
async function openJob(): Promise<Job> {
  const { root, format, options, folders } = v.parse(workerDataSchema, workerData)
  const dataset = await openDataset(root)
  const project = await Project.open(dataset)
  const copier = new Copier(root)
  return { workspace: { dataset, project }, format: exportFormat(format), options, folders, copier }
}

const opening = openJob()
serveThread(async ({ unit, known }: WorkerRequest) => {
  const written = await writeUnit(await opening, unit, known)
  // Null says that what was known still holds.
  return written === known ? null : written
})
