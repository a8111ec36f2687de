import { assertNever } from '../../../shared/errors'
import type { Intervention } from '../../../shared/lab/intervention'
import { TASKS, type TaskId } from '../../../shared/tasks'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** What an intervention does, without its name in the list. */
export type Change = Without<Intervention, 'id' | 'name' | 'enabled'>
type Place<K> = Extract<Change, { kind: K }>
/** A link between blocks of queries; `scale`, `task` and `head` null = all of them. */
export type LinkAddress =
  Omit<Place<'taskLink'>, 'factor' | 'mode'> | Omit<Place<'scaleLink'>, 'factor' | 'mode'>

/** What a change is of, apart from how strong it is: equal texts change the same weights. */
export function targetOf(change: Change | LinkAddress): string {
  const rest = Object.entries(change).filter(
    ([key]) => !['id', 'name', 'enabled', 'factor', 'mode'].includes(key),
  )
  return JSON.stringify(rest.sort(([a], [b]) => a.localeCompare(b)))
}

/** How much of a link is left under the active entries: 0 = cut, 1 = untouched. */
export interface LinkState {
  /** Product of the factors of all entries that change the whole link. */
  readonly factor: number
  /** An entry changes some heads of it only. */
  readonly partly: boolean
}

/** What the list does to a link as it is shown: of one head, or (null) of all of them. */
export function linkState(active: readonly Intervention[], link: LinkAddress): LinkState {
  let factor = 1
  let partly = false
  for (const item of active) {
    if (!covers(item, link) || item.factor === 1) continue
    if (item.head === null || item.head === link.head) factor *= item.factor
    else if (link.head === null) partly = true
  }
  return { factor, partly }
}

function covers(
  item: Intervention,
  link: LinkAddress,
): item is Extract<Intervention, { kind: 'taskLink' | 'scaleLink' }> {
  if (item.kind === 'taskLink' && link.kind === 'taskLink')
    return (
      item.source === link.source &&
      item.target === link.target &&
      (item.scale === null || item.scale === link.scale)
    )
  if (item.kind === 'scaleLink' && link.kind === 'scaleLink')
    return (
      item.source === link.source &&
      item.target === link.target &&
      (item.task === null || item.task === link.task)
    )
  return false
}

/** Strides of the model's scales, fine to coarse: how scales are named. */
export type Strides = readonly number[]

/** The usual name of a change, as lists and undo show it. */
export function nameOf(change: Change, strides: Strides): string {
  const scale = (index: number | null): string =>
    index === null ? 'all scales' : `1/${strides[index] ?? '?'}`
  const task = (id: TaskId | null): string => (id === null ? 'All tasks' : TASKS[id].label)
  const ofHead = 'head' in change && change.head !== null ? `, head ${change.head + 1}` : ''
  switch (change.kind) {
    case 'taskLink':
      return `${task(change.source)} → ${task(change.target)} at ${scale(change.scale)}${ofHead}`
    case 'scaleLink':
      return `${task(change.task)}: ${scale(change.source)} → ${scale(change.target)}${ofHead}`
    case 'query': {
      const [first] = change.queries
      const which =
        change.queries.length === 1 ? `query ${(first ?? 0) + 1}` : `${change.queries.length} queries`
      return `${task(change.task)} ${which} at ${scale(change.scale)}`
    }
    case 'head': {
      const step = { task: 'between tasks', scale: 'between scales', decoder: 'in the decoder' }[change.step]
      return `${task(change.task)}: head ${change.head + 1} ${step}, ${scale(change.scale)}`
    }
    case 'swap':
      return `${queriesOf(change)} of ${change.sample}`
    case 'mean':
      return `Mean ${queriesOf(change).toLowerCase()} of ${change.split ?? 'all images'}`
    default:
      return assertNever(change)
  }

  function queriesOf(place: Place<'swap' | 'mean'>): string {
    const which = place.query === null ? 'queries' : `query ${place.query + 1}`
    return `${task(place.task)} ${which} at ${scale(place.scale)}`
  }
}
