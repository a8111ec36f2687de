import { partClass, partNameOf, type PartVariant } from '../../../shared/pascal'
import type { Size } from './format'
import { emptyMask, type Mask, type Person } from './parts-anno'

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}
/** Masks are copied before their first change; boxes stay those of the beginning. */
interface EditedPart {
  readonly name: string
  readonly box: Box
  mask: Mask
}
interface EditedPerson {
  readonly object: number | null
  readonly parts: EditedPart[]
  readonly box: Box
  mask: Mask
  changed: boolean
}

/** Persons of an annotation while pixels move between their parts. Masks are column-major. */
export class PartEdits {
  readonly persons: EditedPerson[]
  readonly #owned = new Set<Mask>()

  constructor(
    persons: readonly Person[],
    readonly size: Size,
    readonly variant: PartVariant,
  ) {
    const known = persons.length > 0 ? persons : [{ object: null, mask: emptyMask(size), parts: [] }]
    this.persons = known.map(({ object, mask, parts }) => ({
      object,
      mask,
      parts: parts.map((part) => ({ ...part, box: boxOf(part.mask, size) })),
      box: boxOf(mask, size),
      changed: object === null,
    }))
  }

  /** Sets or clears one pixel. */
  set(item: { mask: Mask }, at: number, value: 0 | 1): void {
    if (!this.#owned.has(item.mask)) {
      item.mask = { array: item.mask.array, data: item.mask.data.slice() }
      this.#owned.add(item.mask)
    }
    item.mask.data[at] = value
  }

  /** Only persons that changed. One of them has a part, even an empty one: a photo without parts would be ignored. */
  finish(): Person[] {
    const [first] = this.persons
    if (first && this.persons.every(({ parts }) => parts.length === 0)) addPart(this, first, 1)
    return this.persons.filter(({ changed }) => changed)
  }
}

/**
 * Gives pixel (x, y) the class `part` (0 = background) in the person it belongs to: the one whose part is seen there,
 * else the one whose mask covers it, else the nearest. Other persons change only where background is wanted.
 */
export function moveToPart(edits: PartEdits, x: number, y: number, part: number): void {
  const at = x * edits.size.height + y
  if (part === 0) {
    for (const person of edits.persons) clear(edits, person, at, () => true)
    return
  }
  const person =
    edits.persons.findLast(({ parts }) => parts.some(({ mask }) => mask.data[at])) ??
    edits.persons.findLast(({ mask }) => mask.data[at]) ??
    nearest(edits.persons, x, y) ??
    edits.persons[0]
  if (!person) return
  clear(edits, person, at, ({ name }) => partClass(name, edits.variant) !== part)
  const same = person.parts.filter(({ name }) => partClass(name, edits.variant) === part)
  const target =
    same.find(({ mask }) => mask.data[at]) ?? nearest(same, x, y) ?? same[0] ?? addPart(edits, person, part)
  if (!target.mask.data[at]) edits.set(target, at, 1)
  if (!person.mask.data[at]) edits.set(person, at, 1)
  person.changed = true
}

function clear(
  edits: PartEdits,
  person: EditedPerson,
  at: number,
  which: (part: EditedPart) => boolean,
): void {
  for (const part of person.parts) {
    if (!part.mask.data[at] || !which(part)) continue
    edits.set(part, at, 0)
    person.changed = true
  }
}

function addPart(edits: PartEdits, person: EditedPerson, part: number): EditedPart {
  const mask = emptyMask(edits.size)
  const added = { name: partNameOf(part, edits.variant), mask, box: boxOf(mask, edits.size) }
  person.parts.push(added)
  person.changed = true
  return added
}

/** The item whose box is closest; undefined when all are empty. */
function nearest<T extends { readonly box: Box }>(items: readonly T[], x: number, y: number): T | undefined {
  let [best, least]: [T | undefined, number] = [undefined, Infinity]
  for (const item of items) {
    const dx = Math.max(item.box.left - x, 0, x - item.box.right)
    const dy = Math.max(item.box.top - y, 0, y - item.box.bottom)
    if (dx * dx + dy * dy < least) [best, least] = [item, dx * dx + dy * dy]
  }
  return best
}

/** The smallest box around a mask; an empty mask is far from everything. */
function boxOf(mask: Mask, { width, height }: Size): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let x = 0, at = 0; x < width; x++)
    for (let y = 0; y < height; y++, at++)
      if (mask.data[at]) {
        left = Math.min(left, x)
        right = Math.max(right, x)
        top = Math.min(top, y)
        bottom = Math.max(bottom, y)
      }
  return { left, top, right, bottom }
}
