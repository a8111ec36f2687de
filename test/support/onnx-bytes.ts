import type { CardGraph } from '../../src/shared/card'

/** Writes ONNX files byte by byte, sound and hostile ones; field numbers are those of onnx/onnx.proto3. */
export type Bytes = readonly number[]

export function varint(value: number | bigint): Bytes {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}
export const int = (field: number, value: number | bigint): Bytes => [...varint(field * 8), ...varint(value)]
export function message(field: number, ...parts: Bytes[]): Bytes {
  const content = parts.flat()
  return [...varint(field * 8 + 2), ...varint(content.length), ...content]
}
export const text = (field: number, value: string): Bytes =>
  message(field, [...new TextEncoder().encode(value)])

/** A ValueInfoProto's content; sizes that are text are left open. */
export function value(name: string, shape: readonly (number | string)[], type = 1): Bytes {
  const dims = shape.map((size) => message(1, typeof size === 'number' ? int(1, size) : text(2, size)))
  return [...text(1, name), ...message(2, message(1, int(1, type), message(2, ...dims)))]
}
/** A TensorProto's content with its values in another file. */
export function external(
  name: string,
  dims: readonly number[],
  entries: Readonly<Record<string, string>>,
): Bytes {
  const listed = Object.entries(entries).map(([key, found]) => message(13, text(1, key), text(2, found)))
  return [...dims.map((dim) => int(1, dim)), int(2, 1), text(8, name), listed.flat(), int(14, 1)].flat()
}
/** A NodeProto's content. */
export function node(operator: string, domain = '', ...attributes: Bytes[]): Bytes {
  return [
    ...text(1, 'image'),
    ...text(2, 'logits'),
    ...text(4, operator),
    ...attributes.flatMap((attribute) => message(5, attribute)),
    ...(domain ? text(7, domain) : []),
  ]
}
export const opset = (version: number, domain = ''): Bytes =>
  message(8, ...(domain ? [text(1, domain)] : []), int(2, version))
/** A GraphProto's content: the image, the logits and what is given. */
export const graph = (...parts: Bytes[]): Bytes => [
  ...parts.flat(),
  ...message(11, value('image', [1, 3, 2, 2])),
  ...message(12, value('logits', [1, 1, 2, 2])),
]
/** A whole file. */
export const model = (...parts: Bytes[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([int(1, 8), opset(17), ...parts].flat())
/** A whole file with one graph of these parts. */
export const file = (...parts: Bytes[]): Uint8Array<ArrayBuffer> => model(message(7, graph(...parts)))

export const declaredTensor = (
  name: string,
  role: 'image' | 'logits',
  channels: number,
): CardGraph['inputs'][number] => ({
  name,
  role,
  task: null,
  scale: null,
  axes: ['batch', 'channel', 'height', 'width'],
  shape: [1, channels, 2, 2],
})
/** What a card says of `file()`. */
export const DECLARED: CardGraph = {
  file: 'net.onnx',
  sha256: '',
  bytes: 1,
  opset: 17,
  inputs: [declaredTensor('image', 'image', 3)],
  outputs: [declaredTensor('logits', 'logits', 1)],
  data: [{ file: 'net.data', sha256: '', bytes: 100 }],
}
