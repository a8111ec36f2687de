import type { SampleQuery } from '../shared/sample-query'
import type { Dataset } from './dataset/dataset'
import { mapConcurrent } from './files/concurrent'
import type { Services } from './services'

/** Samples whose prediction is looked for at a time. */
const LOOKED_FOR_AT_ONCE = 16

/** Ids by name, numbers as numbers; comparing 100,000 names takes a while, so the order is kept with the data set. */
const byName = new WeakMap<Dataset, readonly string[]>()

/** The ids that a query lists, in its order. */
export async function matchingIds(services: Services, query: SampleQuery): Promise<readonly string[]> {
  const { dataset, project } = services.workspace
  const { split, only, text, sort } = query
  let ids = sort === 'id' ? sortedByName(dataset) : Object.values(dataset.splits).flat()
  if (split !== undefined) {
    const members = new Set(dataset.splits[split] ?? [])
    ids = ids.filter((id) => members.has(id))
  }
  if (text !== '') ids = ids.filter((id) => id.includes(text))
  if (only === 'problems') ids = ids.filter((id) => dataset.problemCountOf(id) > 0)
  if (only === 'corrected') {
    const corrected = new Set(project.correctedIds())
    ids = ids.filter((id) => corrected.has(id))
  }
  if (only === 'predicted') ids = await predictedOf(services, ids)
  if (sort === 'problems')
    ids = [...ids].sort((a, b) => dataset.problemCountOf(b) - dataset.problemCountOf(a))
  return ids
}

function sortedByName(dataset: Dataset): readonly string[] {
  const known = byName.get(dataset)
  if (known) return known
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  const sorted = Object.values(dataset.splits).flat().sort(compare)
  byName.set(dataset, sorted)
  return sorted
}

async function predictedOf({ predictions, workspace }: Services, ids: readonly string[]): Promise<string[]> {
  if (predictions.model === null) return []
  const found = await mapConcurrent(ids, LOOKED_FOR_AT_ONCE, (id) => predictions.has(workspace.dataset, id))
  return ids.filter((_, index) => found[index])
}
