import { assertNever } from '../../shared/errors'
import type { LabJobRequest } from '../../shared/lab/jobs'
import { maskOfRegion } from '../../shared/lab/region'
import { samplesOfSplit } from '../dataset/choose'
import type { Dataset } from '../dataset/dataset'
import { contractProblem, type JobWork, type Outcome } from '../jobs'
import type { Predictions } from '../predictions/predictions'
import type { Skipped } from './each-sample'
import { measureInfluence } from './influence'
import { rankSources } from './ranking'
import { replay } from './replay'
import { splitMatrix } from './split-matrix'

/** Long work of the attention lab on the open model; the reports are those of `shared/lab/jobs.ts`. */
export function labJob(dataset: Dataset, predictions: Predictions, request: LabJobRequest): JobWork {
  return async (progress, signal) => {
    const model = predictions.labModel()
    const { cacheDir } = predictions
    const common = { dataset, model, cacheDir, signal, progress }
    switch (request.kind) {
      case 'influence': {
        const { mode, labels } = request
        const { perSample, ...report } = await measureInfluence({
          ...common,
          ...samplesOf(dataset, request.samples),
          mode,
          labels,
        })
        return outcome(`${perSample.length} images measured`, report.skipped, report)
      }
      case 'replay': {
        const { interventions } = request
        const report = await replay({ ...common, ...samplesOf(dataset, request.samples), interventions })
        return outcome(`${report.samples} images predicted with and without`, report.skipped, report)
      }
      case 'ranking': {
        const { id } = dataset.sample(request.sample)
        const image = await predictions.labImage(dataset, id)
        const region = request.region && maskOfRegion(request.region, image).data
        const report = await rankSources({ ...common, image, task: request.task, mode: request.mode, region })
        const ranked = report.tasks.length + report.scales.length + report.queries.length
        return outcome(`${ranked} cuts measured`, [], report)
      }
      case 'splitMatrix': {
        const { of, weighting, head } = request
        const samples = samplesOf(dataset, { of: 'split', split: request.split })
        const report = await splitMatrix({ ...common, ids: samples.ids, of, weighting, head })
        return outcome(`mean of ${report.samples} images`, report.skipped, report)
      }
      default:
        return assertNever(request)
    }
  }
}

/** Throws `sample_missing` and `bad_arguments`. */
function samplesOf(
  dataset: Dataset,
  samples: Extract<LabJobRequest, { kind: 'influence' }>['samples'],
): { ids: readonly string[]; split: string } {
  if (samples.of === 'sample') return { ids: [dataset.sample(samples.sample).id], split: 'some' }
  const { split } = samples
  return { ids: samplesOfSplit(dataset, split), split: split ?? 'all' }
}

function outcome(message: string, skipped: readonly Skipped[], report: unknown): Outcome {
  const [first] = skipped
  if (!first) return { message, problem: null, report }
  const problem = {
    code: first.code,
    message: `${skipped.length} samples were skipped: ${first.message}`,
    details: { skipped: skipped.map(({ sample }) => sample).slice(0, 1000) },
  }
  return { message, problem: contractProblem(problem), report }
}
