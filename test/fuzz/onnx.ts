import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkGraph } from '../../src/shared/onnx/check-graph'
import { onnxFacts } from '../../src/shared/onnx/facts'
import * as onnx from '../support/onnx-bytes'
import { mutate, pick, type Random } from './mutate'

async function corpus(): Promise<Uint8Array[]> {
  const outside = onnx.external('w', [2, 3], { location: 'net.data', offset: '8', length: '24' })
  const branch = onnx.node('If', '', onnx.message(6, onnx.message(1, onnx.node('Relu'))))
  return [
    onnx.file(onnx.message(1, onnx.node('Relu')), onnx.message(5, outside)),
    onnx.file(onnx.message(1, branch), onnx.message(15, onnx.message(1, onnx.int(1, 2)))),
    await readFile(resolve(import.meta.dirname, '../fixtures/single-graph/single.onnx')),
  ]
}

export const graph = {
  corpus,
  next: (files: readonly Uint8Array[], random: Random): Uint8Array =>
    mutate(pick(random, files), files, random),
  /** Sound files of other declarations are read too; those that pass must keep what the check promises. */
  read(bytes: Uint8Array): Promise<void> {
    const { inputs, external, functions, foreign } = onnxFacts(bytes, onnx.DECLARED.file)
    if (inputs[0]?.shape?.[2] !== 2) return Promise.resolve()
    checkGraph(onnx.DECLARED, bytes)
    if (functions.length > 0 || foreign.size > 0)
      throw new Error('passed with functions or foreign operators')
    for (const { location, offset, length } of external)
      if (location !== 'net.data' || offset < 0 || !(offset + length <= 100))
        throw new Error(`passed with weights in ${location} at ${offset}`)
    return Promise.resolve()
  },
}
