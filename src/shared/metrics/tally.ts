import { AppError } from '../errors'
import type { DenseMap, MapKind } from '../maps'
import type { Tally } from './metric'

/** Sum of two tallies of the same metric. Throws `value_out_of_range` when their lists differ in name or length. */
export function addTallies(a: Tally, b: Tally): Tally {
  if (!sameShape(a, b)) throw new AppError('value_out_of_range', 'tallies of different metrics do not add up')
  return Object.fromEntries(
    Object.entries(a).map(([name, values]) => [name, values.map((value, i) => value + b[name]![i]!)]),
  )
}

function sameShape(a: Tally, b: Tally): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name]!.length === b[name]?.length)
}

/** One list of a tally. Throws `value_out_of_range` when it is missing. */
export function listOf(tally: Tally, name: string): readonly number[] {
  const list = tally[name]
  if (!list) throw new AppError('value_out_of_range', `the tally has no ${JSON.stringify(name)}`)
  return list
}

/** The only number of a list. */
export function numberOf(tally: Tally, name: string): number {
  return listOf(tally, name)[0] ?? 0
}

/** Both maps as one kind and size. Throws `value_out_of_range` for another kind, `size_mismatch` for another size. */
export function pairOf<K extends MapKind>(
  kind: K,
  label: DenseMap,
  prediction: DenseMap,
): { label: Extract<DenseMap, { kind: K }>; prediction: Extract<DenseMap, { kind: K }> } {
  if (label.width !== prediction.width || label.height !== prediction.height)
    throw new AppError(
      'size_mismatch',
      `the label has ${label.width}x${label.height} pixels, the prediction ${prediction.width}x${prediction.height}; predictions are compared at the label's size`,
    )
  return { label: ofKind(label, kind), prediction: ofKind(prediction, kind) }
}

function ofKind<K extends MapKind>(map: DenseMap, kind: K): Extract<DenseMap, { kind: K }> {
  const is = (candidate: DenseMap): candidate is Extract<DenseMap, { kind: K }> => candidate.kind === kind
  if (is(map)) return map
  throw new AppError('value_out_of_range', `a ${kind} map is needed here, found a ${map.kind} map`)
}
