import type { JobRequest } from '../../shared/contract'
import type { Dataset } from '../dataset/dataset'
import { contractProblem, type JobWork } from '../jobs'
import type { Predictions } from '../predictions/predictions'
import { evaluate } from './evaluate'
import { folderPredictions } from './folder-predictions'
import { modelRequest } from './model-predictions'
import { reportOf } from './report/write-report'

type EvaluateWish = Extract<JobRequest, { kind: 'evaluate' }>

/**
 * Measures the open model or a folder of predictions. The job's report is the `Evaluation` without its lists of images
 * and points; `keep` gets the page with all of it.
 */
export function evaluateJob(
  dataset: Dataset,
  predictions: Predictions,
  { split, predictions: folder }: EvaluateWish,
  keep: (page: string) => void,
): JobWork {
  return async (progress, signal) => {
    const { cacheDir } = predictions
    const common = { dataset, split, cacheDir, signal, progress }
    const found = await evaluate(
      folder === null
        ? { ...common, ...modelRequest(predictions, dataset, cacheDir, signal) }
        : { ...common, ...(await folderPredictions(folder, dataset)) },
    )
    keep(await reportOf(dataset, found))
    const { skipped } = found
    const [first] = skipped
    // Lists of images and points are of no use in an event; they are in the page.
    const report = {
      ...found,
      perImage: undefined,
      curves: undefined,
      errors: undefined,
      skipped: skipped.length,
    }
    const problem = first
      ? {
          code: first.code,
          message: `${skipped.length} labels were skipped: ${first.message}`,
          details: { skipped: [...new Set(skipped.map(({ sample }) => sample))].slice(0, 1000) },
        }
      : null
    const message = `${found.samples} samples measured`
    return { message, problem: problem && contractProblem(problem), report }
  }
}
