/**
 * Finds tensors whose data lies outside an ONNX file. Such a file names paths of its own, which no hash of the card
 * covers, so a bundle must not have them. Walks the protobuf messages that can hold tensors and skips the rest.
 * Field numbers: onnx/onnx.proto3.
 */
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor'

const FIELDS: Readonly<Record<Message, Readonly<Record<number, Message | 'external'>>>> = {
  model: { 7: 'graph', 20: 'model', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'external', 14: 'external' },
}
const MAX_DEPTH = 64

/** True when any tensor declares external data (`external_data`, or `data_location` other than 0), or on a malformed file. */
export function hasExternalData(bytes: Uint8Array): boolean {
  return walk(bytes, 0, bytes.byteLength, 'model', 0)
}

function walk(bytes: Uint8Array, start: number, end: number, message: Message, depth: number): boolean {
  if (depth > MAX_DEPTH) return true
  const cursor = { at: start }
  while (cursor.at < end) {
    const tag = varint(bytes, cursor)
    const child = FIELDS[message][Math.floor(tag / 8)]
    switch (tag % 8) {
      case 0: {
        const value = varint(bytes, cursor)
        if (child === 'external' && value !== 0) return true
        break
      }
      case 1:
        cursor.at += 8
        break
      case 2: {
        const length = varint(bytes, cursor)
        const next = cursor.at + length
        if (!(next <= end) || child === 'external') return true
        if (child && walk(bytes, cursor.at, next, child, depth + 1)) return true
        cursor.at = next
        break
      }
      case 5:
        cursor.at += 4
        break
      default:
        return true
    }
  }
  return cursor.at !== end
}

function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[cursor.at++]
    if (byte === undefined) return NaN
    value += (byte & 127) * shift
    if (byte < 128) return value
  }
}
