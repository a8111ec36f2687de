import type { Field, Protobuf } from './protobuf'

/** A tensor whose values lie in another file. `length` in bytes follows from its shape and type. */
export interface ExternalTensor {
  readonly name: string
  readonly location: string
  readonly offset: number
  readonly length: number
}

/** Bytes per value by `TensorProto.DataType`; strings and types packed into less than a byte are missing. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  14: 8,
  15: 16,
  16: 2,
}
const KEYS = ['location', 'offset', 'length', 'checksum']
const EXTERNAL = 1

/** A TensorProto: its name, and where its values lie when that is another file. */
export function readTensor(
  proto: Protobuf,
  message: Uint8Array,
): { name: string; external: ExternalTensor | null } {
  const dims: number[] = []
  const entries = new Map<string, string>()
  let [name, type, place] = ['', 0, 0]
  for (const field of proto.fields(message)) {
    if (field.number === 1) dims.push(...proto.integers(field))
    else if (field.number === 2) type = proto.integer(field)
    else if (field.number === 8) name = proto.text(field)
    else if (field.number === 13) readEntry(proto, field, entries)
    else if (field.number === 14) place = proto.integer(field)
  }
  if (place === 0 && entries.size === 0) return { name, external: null }
  const location = entries.get('location')
  if (place !== EXTERNAL || location === undefined)
    throw proto.malformed(
      `tensor ${quoted(name)} does not say clearly whether its values lie in another file`,
    )
  const size = VALUE_BYTES[type]
  if (size === undefined)
    throw proto.malformed(`tensor ${quoted(name)} of type ${type} has its values in another file`)
  const length = dims.reduce((product, dim) => product * dim, size)
  const offset = decimal(proto, name, entries.get('offset') ?? '0')
  const stated = entries.get('length')
  if (!Number.isSafeInteger(length) || (stated !== undefined && decimal(proto, name, stated) !== length))
    throw proto.malformed(
      `tensor ${quoted(name)} of ${length} bytes is said to have ${stated ?? 'as many'} in ${quoted(location)}`,
    )
  return { name, external: { name, location, offset, length } }
}

/** A StringStringEntryProto of `external_data`. */
function readEntry(proto: Protobuf, field: Field, entries: Map<string, string>): void {
  let [key, value] = ['', '']
  for (const part of proto.fields(proto.bytes(field)))
    if (part.number === 1) key = proto.text(part)
    else if (part.number === 2) value = proto.text(part)
  if (!KEYS.includes(key) || entries.has(key))
    throw proto.malformed(`external data has the key ${quoted(key)}, unknown or twice`)
  entries.set(key, value)
}

function decimal(proto: Protobuf, name: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (Number.isSafeInteger(value)) return value
  throw proto.malformed(`tensor ${quoted(name)} has the offset or length ${quoted(text)}`)
}

/** Text of a file in a message: quoted, without control characters, not endless. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}
