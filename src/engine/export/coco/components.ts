import { IGNORE_CLASS, type ClassMap } from '../../../shared/maps'

/** Numbered segments of a class map. */
export interface Segmented {
  /** Segment by pixel, row-major; 0 = ignored. */
  readonly ids: Uint32Array<ArrayBuffer>
  /** Class of segment `id` at index `id`; entry 0 is unused. */
  readonly classes: readonly number[]
}

/** One segment per class: its number is the class + 1. */
export function classSegments({ data }: ClassMap): Segmented {
  const ids = new Uint32Array(data.length)
  for (let i = 0; i < ids.length; i++) ids[i] = data[i] === IGNORE_CLASS ? 0 : data[i]! + 1
  return { ids, classes: Array.from({ length: IGNORE_CLASS + 1 }, (_, id) => id - 1) }
}

/**
 * One segment per connected region of equal class, corners counting as connected (8-neighbourhood), numbered from 1 in
 * the order of their first pixels. Two passes with union-find.
 */
export function connectedSegments({ data, width, height }: ClassMap): Segmented {
  const ids = new Uint32Array(data.length)
  const parents: number[] = [0]
  const rootOf = (id: number): number => {
    let root = id
    while (parents[root] !== root) root = parents[root]!
    while (parents[id] !== root) {
      const next = parents[id]!
      parents[id] = root
      id = next
    }
    return root
  }
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const value = data[at]!
      if (value === IGNORE_CLASS) continue
      let found = 0
      const join = (neighbour: number): void => {
        if (data[neighbour] !== value) return
        const root = rootOf(ids[neighbour]!)
        if (found === 0 || root === found) found = root
        else if (root < found) {
          parents[found] = root
          found = root
        } else parents[root] = found
      }
      if (x > 0) join(at - 1)
      if (y > 0) {
        if (x > 0) join(at - width - 1)
        join(at - width)
        if (x < width - 1) join(at - width + 1)
      }
      if (found === 0) {
        found = parents.length
        parents.push(found)
      }
      ids[at] = found
    }
  return renumber(ids, data, rootOf)
}

function renumber(
  ids: Uint32Array<ArrayBuffer>,
  data: Uint8Array,
  rootOf: (id: number) => number,
): Segmented {
  const numbers = new Map<number, number>()
  const classes = [-1]
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === 0) continue
    const root = rootOf(ids[i]!)
    let number = numbers.get(root)
    if (number === undefined) {
      number = classes.length
      numbers.set(root, number)
      classes.push(data[i]!)
    }
    ids[i] = number
  }
  return { ids, classes }
}
