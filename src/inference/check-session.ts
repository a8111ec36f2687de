import type { InferenceSession } from 'onnxruntime-node'
import type { CardGraph, CardTensor } from '../shared/card'
import { AppError } from '../shared/errors'

/** Compares a graph's own inputs and outputs with the card. Throws `bundle_invalid` naming the first difference. */
export function checkSession(
  graph: CardGraph,
  session: {
    inputMetadata: readonly InferenceSession.ValueMetadata[]
    outputMetadata: readonly InferenceSession.ValueMetadata[]
  },
): void {
  compare(graph.file, 'input', graph.inputs, session.inputMetadata)
  compare(graph.file, 'output', graph.outputs, session.outputMetadata)
}

function compare(
  file: string,
  side: string,
  card: readonly CardTensor[],
  found: readonly InferenceSession.ValueMetadata[],
): void {
  for (const { name, shape } of card) {
    const value = found.find((candidate) => candidate.name === name)
    if (!value) throw invalid(`${file} has no ${side} "${name}"; it has ${list(found)}`)
    if (!value.isTensor || value.type !== 'float32')
      throw invalid(
        `${side} "${name}" of ${file} is ${value.isTensor ? value.type : 'no tensor'}, not float32`,
      )
    // A graph may leave a size open (a name in place of a number); the card then decides.
    const same =
      value.shape.length === shape.length &&
      value.shape.every((size, axis) => typeof size === 'string' || size === shape[axis])
    if (!same)
      throw invalid(
        `${side} "${name}" of ${file} is [${value.shape.join(', ')}], the card says [${shape.join(', ')}]`,
      )
  }
  const extra = found.find((value) => !card.some(({ name }) => name === value.name))
  if (extra) throw invalid(`${file} has an ${side} "${extra.name}" that the card does not list`)
}

function list(values: readonly InferenceSession.ValueMetadata[]): string {
  return values.map(({ name }) => `"${name}"`).join(', ')
}

function invalid(difference: string): AppError {
  return new AppError('bundle_invalid', `${difference}; the bundle must be exported again`)
}
