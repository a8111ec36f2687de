import { realpath } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import type { Dataset } from '../dataset/dataset'
import type { EvaluateRequest } from './evaluate'
import { tasksIn } from './prediction-source'

export type Chosen = Pick<EvaluateRequest, 'spec' | 'predictions' | 'tasks' | 'predict'>

/** What `evaluate` needs of a folder of predictions. Throws `not_a_dataset` when it is missing or holds none. */
export async function folderPredictions(folder: string, dataset: Dataset): Promise<Chosen> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new AppError('not_a_dataset', `${folder} does not exist; give a folder of predictions`, undefined, {
      cause,
    })
  })
  return { spec: { kind: 'folder', root }, predictions: root, tasks: await tasksIn(root, dataset) }
}
