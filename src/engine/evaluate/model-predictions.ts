import { AppError, isOfOneSample, problemFrom } from '../../shared/errors'
import type { Dataset } from '../dataset/dataset'
import { createPredictions, type PredictionsOptions } from '../predictions/service'
import type { Predictions } from '../predictions/predictions'
import type { EvaluateRequest } from './evaluate'

type ModelRequest = Pick<EvaluateRequest, 'spec' | 'predictions' | 'tasks'> &
  Required<Pick<EvaluateRequest, 'predict'>>

/** Opens a model and gives what `evaluate` needs of it. Throws as `Predictions.openModel` and `modelRequest`. */
export async function modelPredictions(
  bundle: string,
  { dataset, cacheDir, signal }: { dataset: Dataset; cacheDir: string; signal: AbortSignal },
  options: PredictionsOptions = {},
): Promise<{ request: ModelRequest; dispose: () => Promise<void> }> {
  const predictions = createPredictions({ ...options, cacheDir })
  try {
    await predictions.openModel(bundle)
    return {
      request: modelRequest(predictions, dataset, cacheDir, signal),
      dispose: () => predictions.dispose(),
    }
  } catch (error) {
    await predictions.dispose()
    throw error
  }
}

/**
 * What `evaluate` needs of an open model. A sample that cannot be predicted is named when its prediction is looked for.
 * Throws `not_found` without a model, `export_refused` when its classes are not the data set's or it shares no task.
 */
export function modelRequest(
  predictions: Predictions,
  dataset: Dataset,
  cacheDir: string,
  signal: AbortSignal,
): ModelRequest {
  const { model } = predictions
  if (!model) throw new AppError('not_found', 'no model is open; open a model bundle first')
  const tasks = model.tasks.flatMap(({ id, classes }) => {
    const stored = dataset.tasks.find((task) => task.id === id)
    if (!stored) return []
    if (stored.classes?.length !== classes?.length)
      throw new AppError(
        'export_refused',
        `${model.name} predicts ${classes?.length ?? 0} classes of ${id}, the data set has ${stored.classes?.length ?? 0}; use a model for this data set`,
      )
    return [id]
  })
  if (tasks.length === 0)
    throw new AppError('export_refused', `${model.name} predicts no task that ${dataset.name} has labels of`)
  return {
    spec: { kind: 'model', hash: model.hash, cacheDir },
    predictions: model.name,
    tasks,
    async predict(id) {
      try {
        await predictions.predict(dataset, id, signal)
      } catch (error) {
        if (!isOfOneSample(problemFrom(error).code)) throw error
      }
    },
  }
}
