import type { CardGraph, CardTensor } from '../card'
import { AppError } from '../errors'
import { onnxFacts, type OnnxValue } from './facts'
import { quoted, type ExternalTensor } from './tensor'

/** `TensorProto.DataType` of float32, by which the others are named. */
const FLOAT = 1
const TYPES = (
  'undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 ' +
  'complex64 complex128 bfloat16'
).split(' ')

/**
 * Checks an ONNX file against its entry of the card before any runtime sees it: operator set, inputs, outputs, types
 * and shapes as declared, only ONNX's own operators, weights in listed files only. Throws `bundle_invalid`.
 */
export function checkGraph(graph: CardGraph, bytes: Uint8Array): void {
  const { file } = graph
  const facts = onnxFacts(bytes, file)
  if (facts.functions.length > 0)
    throw refused(
      `${file} defines functions of its own (${facts.functions.map(quoted).join(', ')}); export it with functions inlined`,
    )
  if (facts.foreign.size > 0)
    throw refused(
      `${file} uses operators that are not ONNX's own (${[...facts.foreign].map(quoted).join(', ')}); export it with standard operators only`,
    )
  const opset = facts.opsets.get('')
  if (opset !== graph.opset)
    throw invalid(`${file} uses operator set ${opset ?? 'none'}, the card says ${graph.opset}`)
  checkValues(file, 'input', graph.inputs, facts.inputs)
  checkValues(file, 'output', graph.outputs, facts.outputs)
  for (const tensor of facts.external) checkExternal(graph, tensor)
}

function checkValues(
  file: string,
  side: string,
  listed: readonly CardTensor[],
  found: readonly OnnxValue[],
): void {
  const names = found.map(({ name }) => name)
  for (const { name, shape } of listed) {
    const value = found.find((candidate) => candidate.name === name)
    if (!value) throw invalid(`${file} has no ${side} "${name}"; it has ${names.map(quoted).join(', ')}`)
    if (value.type !== FLOAT)
      throw invalid(
        `${side} "${name}" of ${file} is ${value.type === null ? 'no tensor' : (TYPES[value.type] ?? `of type ${value.type}`)}, not float32`,
      )
    // A graph may leave a size open; the card then decides.
    const same =
      value.shape === null ||
      (value.shape.length === shape.length &&
        value.shape.every((size, axis) => size === null || size === shape[axis]))
    if (!same)
      throw invalid(
        `${side} "${name}" of ${file} is [${value.shape?.map((size) => size ?? '?').join(', ')}], the card says [${shape.join(', ')}]`,
      )
  }
  const extra = names.find(
    (name, at) => !listed.some((tensor) => tensor.name === name) || names.indexOf(name) !== at,
  )
  if (extra !== undefined)
    throw invalid(`${file} has an ${side} ${quoted(extra)} that the card does not list, or lists once`)
}

function checkExternal(graph: CardGraph, { name, location, offset, length }: ExternalTensor): void {
  const data = graph.data?.find(({ file }) => dataLocation(graph, file) === location)
  if (!data)
    throw refused(
      `${graph.file} keeps tensor ${quoted(name)} in ${quoted(location)}, which the card does not list among the graph's data; write the card again, or export with all weights inside`,
    )
  if (offset + length > data.bytes)
    throw invalid(
      `tensor ${quoted(name)} of ${graph.file} lies at ${offset} to ${offset + length} of ${data.file}, which has ${data.bytes} bytes`,
    )
}

/**
 * How a graph names one of its data files: by the path from the graph's own folder. Null when the file's path is not
 * plain (letters, digits, `.`, `_`, `-`, space, in folders with `/`) or does not lie in that folder or below; the plain
 * rule also keeps out the names by which onnxruntime means memory in place of a file.
 */
export function dataLocation(graph: CardGraph, file: string): string | null {
  const plain = file.split('/').every((part) => /^[\w. -]+$/.test(part) && !/^\.+$/.test(part))
  const folder = graph.file.slice(0, graph.file.lastIndexOf('/') + 1)
  return plain && file.startsWith(folder) ? file.slice(folder.length) : null
}

function invalid(difference: string): AppError {
  return refused(`${difference}; the bundle must be exported again`)
}

function refused(message: string): AppError {
  return new AppError('bundle_invalid', message)
}
