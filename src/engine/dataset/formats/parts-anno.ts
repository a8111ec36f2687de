import { AppError } from '../../../shared/errors'
import { PERSON_CLASS } from '../../../shared/pascal'
import { decodeMat } from '../../codecs/mat-decode'
import { encodeMat } from '../../codecs/mat-encode'
import {
  numeric,
  type MatArray,
  type MatNumeric,
  type MatStruct,
  type MatVariable,
} from '../../codecs/mat-values'
import type { Size } from './format'
import { sizeOfDims } from './label-map'

/** A mask of a .mat file with numbers that are not 64-bit whole numbers, column-major. */
export interface Mask {
  readonly array: MatNumeric
  readonly data: Exclude<MatNumeric['data'], BigInt64Array | BigUint64Array>
}
export interface PersonPart {
  readonly name: string
  readonly mask: Mask
}
/** One object of class person; `object` is its place among all objects, null for one to be added. */
export interface Person {
  readonly object: number | null
  readonly mask: Mask
  readonly parts: readonly PersonPart[]
}
export interface PartsAnno {
  readonly variables: readonly MatVariable[]
  /** Of the objects' masks; null when there is no object. */
  readonly size: Size | null
  readonly persons: readonly Person[]
}

/** Fields by place, as the loaders read them: anno[1] = objects; an object's class, mask and parts; a part's name and mask. */
const OBJECTS = 1
const [CLASS_NAME, CLASS, MASK, PARTS] = [0, 1, 2, 3]
const [PART_NAME, PART_MASK] = [0, 1]

/** The annotation of PASCAL-Part: `anno` with objects, their masks and the masks of their parts. Throws as `decodeMat`. */
export async function readAnno(bytes: Uint8Array, file: string): Promise<PartsAnno> {
  const variables = await decodeMat(bytes, file)
  const objects = objectsOf(variables, file)
  const persons: Person[] = []
  let size: Size | null = null
  for (let object = 0; object < countOf(objects); object++) {
    const mask = maskOf(valueAt(objects, object, MASK), file)
    const own = sizeOfDims(mask.array.dims, file)
    size ??= own
    if (own.width !== size.width || own.height !== size.height)
      throw malformed(file, `the mask of object ${object} has ${own.width}x${own.height} pixels`)
    const kind = valueAt(objects, object, CLASS)
    if (kind?.kind !== 'numeric' || Number(kind.data[0]) !== PERSON_CLASS) continue
    persons.push({ object, mask, parts: partsOf(valueAt(objects, object, PARTS), own, file) })
  }
  return { variables, size, persons }
}

function partsOf(value: MatArray | undefined, size: Size, file: string): PersonPart[] {
  if (value?.kind !== 'struct') return []
  return Array.from({ length: countOf(value) }, (_, part) => {
    const name = valueAt(value, part, PART_NAME)
    if (name?.kind !== 'char') throw malformed(file, 'a part has no name')
    const mask = maskOf(valueAt(value, part, PART_MASK), file)
    const own = sizeOfDims(mask.array.dims, file)
    if (own.width !== size.width || own.height !== size.height)
      throw malformed(file, `the mask of the part ${name.text} has ${own.width}x${own.height} pixels`)
    return { name: name.text, mask }
  })
}

/** Writes the annotation with these persons; every other object and field stays as it was. */
export async function writeAnno(
  anno: PartsAnno,
  persons: readonly Person[],
  file: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let objects = objectsOf(anno.variables, file)
  for (const person of persons) objects = withPerson(objects, person)
  const variables = anno.variables.map((variable) =>
    variable.name === 'anno' && variable.value.kind === 'struct'
      ? { ...variable, value: withValue(variable.value, 0, OBJECTS, objects) }
      : variable,
  )
  return encodeMat(variables)
}

/** An annotation without objects, for a photo that has no file yet. */
export function emptyAnno(): PartsAnno {
  const value: MatStruct = {
    kind: 'struct',
    dims: [1, 1],
    fields: ['imname', 'objects'],
    values: [text(''), numeric('double', [0, 0], new Float64Array())],
  }
  return { variables: [{ name: 'anno', compressed: true, value }], size: null, persons: [] }
}

export function emptyMask({ width, height }: Size): Mask {
  const data = new Uint8Array(width * height)
  return { data, array: numeric('uint8', [height, width], data) }
}

function withPerson(objects: MatStruct, person: Person): MatStruct {
  const at = person.object ?? countOf(objects)
  let next = objects
  if (person.object === null) {
    const blank = objects.fields.map(() => numeric('double', [0, 0], new Float64Array()))
    next = { ...objects, dims: [1, at + 1], values: [...objects.values, ...blank] }
    next = withValue(next, at, CLASS_NAME, text('person'))
    next = withValue(next, at, CLASS, numeric('double', [1, 1], Float64Array.of(PERSON_CLASS)))
  }
  next = withValue(next, at, MASK, arrayOf(person.mask))
  return withValue(next, at, PARTS, partsStruct(valueAt(next, at, PARTS), person.parts))
}

function partsStruct(before: MatArray | undefined, parts: readonly PersonPart[]): MatArray {
  if (before && parts.length === 0) return before
  const known: MatStruct =
    before?.kind === 'struct' && before.fields.length > PART_MASK
      ? before
      : { kind: 'struct', dims: [1, 0], fields: ['part_name', 'mask'], values: [] }
  const values = parts.flatMap(({ name, mask }, part) =>
    known.fields.map((_, field): MatArray => {
      const old = known.values[part * known.fields.length + field]
      if (field === PART_MASK) return arrayOf(mask)
      if (field === PART_NAME) return old ?? text(name)
      return old ?? numeric('double', [0, 0], new Float64Array())
    }),
  )
  return { ...known, dims: [1, parts.length], values }
}

function objectsOf(variables: readonly MatVariable[], file: string): MatStruct {
  const anno = variables.find(({ name }) => name === 'anno')?.value
  if (anno?.kind !== 'struct' || anno.fields.length <= OBJECTS || anno.values.length <= OBJECTS)
    throw malformed(file, 'it has no struct anno with objects')
  const objects = anno.values[OBJECTS]
  if (objects?.kind === 'struct' && countOf(objects) > 0) {
    if (objects.fields.length > PARTS) return objects
    throw malformed(file, 'the objects of anno have no class, mask and parts')
  }
  return { kind: 'struct', dims: [1, 0], fields: ['class', 'class_ind', 'mask', 'parts'], values: [] }
}

/** Elements of the first row, which is what the loaders walk through; objects are always stored as one row. */
function countOf(struct: MatStruct): number {
  const [rows = 0, columns = 0] = struct.dims
  return rows === 1 && struct.dims.length === 2 ? columns : 0
}

function valueAt(struct: MatStruct, element: number, field: number): MatArray | undefined {
  return struct.values[element * struct.fields.length + field]
}

function withValue(struct: MatStruct, element: number, field: number, value: MatArray): MatStruct {
  const values = struct.values.slice()
  values[element * struct.fields.length + field] = value
  return { ...struct, values }
}

function maskOf(value: MatArray | undefined, file: string): Mask {
  if (
    value?.kind !== 'numeric' ||
    value.data instanceof BigInt64Array ||
    value.data instanceof BigUint64Array
  )
    throw malformed(file, 'a mask is missing or not numeric')
  return { array: value, data: value.data }
}

function arrayOf({ array, data }: Mask): MatNumeric {
  return data === array.data ? array : { ...array, data }
}

function text(value: string): MatArray {
  return { kind: 'char', dims: [value === '' ? 0 : 1, value.length], text: value, storage: 'uint16' }
}

function malformed(file: string, what: string): AppError {
  return new AppError('file_malformed', `${file} is not an annotation of human parts: ${what}`)
}
