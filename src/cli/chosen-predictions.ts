import type { Dataset } from '../engine/dataset/dataset'
import { folderPredictions, type Chosen } from '../engine/evaluate/folder-predictions'
import { modelPredictions } from '../engine/evaluate/model-predictions'
import { badUsage } from './args'

interface Choice {
  readonly model?: string | undefined
  readonly predictions?: string | undefined
}

/** Throws `bad_arguments` unless exactly one of `--model` and `--predictions` is given. */
export function checkChoice({ model, predictions }: Choice, usage: string): void {
  if ((model === undefined) === (predictions === undefined))
    throw badUsage('give either --model or --predictions', usage)
}

/** Runs `work` with the predictions of `--model` or `--predictions`; a model is closed afterwards. */
export async function withPredictions<T>(
  { model, predictions = '' }: Choice,
  common: { readonly dataset: Dataset; readonly cacheDir: string; readonly signal: AbortSignal },
  work: (chosen: Chosen) => Promise<T>,
): Promise<T> {
  if (model === undefined) return work(await folderPredictions(predictions, common.dataset))
  const opened = await modelPredictions(model, common)
  try {
    return await work(opened.request)
  } finally {
    await opened.dispose()
  }
}
