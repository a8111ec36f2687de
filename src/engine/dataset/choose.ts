import { AppError } from '../../shared/errors'
import type { Dataset } from './dataset'

/** The samples of a split, of all splits without one. Throws `bad_arguments` naming the splits there are. */
export function samplesOfSplit(dataset: Dataset, split: string | null | undefined): readonly string[] {
  const known = Object.keys(dataset.splits)
  if (split === null || split === undefined) return Object.values(dataset.splits).flat()
  const ids = known.includes(split) ? dataset.splits[split] : undefined
  if (ids) return ids
  throw new AppError(
    'bad_arguments',
    `there is no split ${JSON.stringify(split)}; there is ${known.join(', ')}`,
  )
}
