import type { Tensor } from 'onnxruntime-node'
import type { CardTensor } from '../shared/card'
import { AppError } from '../shared/errors'
import type { Values } from './model'

export function nameOf({ name }: CardTensor): string {
  return name
}

/** The tensor a graph gave. Throws `inference_failed` when it is not there or not of the card's size. */
export function value(values: Values, tensor: CardTensor): Tensor {
  const found = values[tensor.name]
  if (!found) throw new AppError('inference_failed', `the graph gave no "${tensor.name}"`)
  const length = tensor.shape.reduce((product, size) => product * size, 1)
  if (found.size !== length)
    throw new AppError(
      'inference_failed',
      `"${tensor.name}" came as [${found.dims.join(', ')}], the card says [${tensor.shape.join(', ')}]`,
    )
  return found
}

/** Its numbers. Throws `inference_failed` as `value`, and when they are not float32. */
export function floats(values: Values, tensor: CardTensor): Float32Array<ArrayBuffer> {
  const { data } = value(values, tensor)
  if (data instanceof Float32Array && data.buffer instanceof ArrayBuffer)
    return new Float32Array(data.buffer, data.byteOffset, data.length)
  throw new AppError('inference_failed', `"${tensor.name}" is not float32`)
}
