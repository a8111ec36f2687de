import { samplesOfSplit } from '../engine/dataset/choose'
import type { Dataset } from '../engine/dataset/dataset'
import { badUsage } from './args'

/** The samples of one split (all without one), narrowed to `ids` when they are given. Throws `bad_arguments`. */
export function chosenSamples(
  dataset: Dataset,
  { split, ids }: { readonly split?: string | undefined; readonly ids?: string | undefined },
  usage: string,
): string[] {
  const all = [...samplesOfSplit(dataset, split)]
  if (ids === undefined) return all
  const wanted = [...new Set(ids.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (wanted.length === 0) throw badUsage('--ids names no sample', usage)
  const everywhere = new Set(Object.values(dataset.splits).flat())
  const unknown = wanted.filter((id) => !everywhere.has(id))
  if (unknown.length > 0) throw badUsage(`there is no sample ${JSON.stringify(unknown[0])}`, usage)
  const outside = wanted.filter((id) => !all.includes(id))
  if (outside.length > 0) throw badUsage(`${outside.join(', ')} is not in the split ${split}`, usage)
  return wanted
}
