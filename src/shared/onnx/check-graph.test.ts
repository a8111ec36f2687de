import { describe, expect, it } from 'vitest'
import * as onnx from '../../../test/support/onnx-bytes'
import type { CardGraph } from '../card'
import { AppError } from '../errors'
import { checkGraph, dataLocation } from './check-graph'
import { onnxFacts } from './facts'

const weights = (entries: Record<string, string>, dims = [2, 3]): onnx.Bytes =>
  onnx.external('w', dims, entries)
const nested = (depth: number, inner: onnx.Bytes): onnx.Bytes =>
  depth === 0 ? inner : onnx.message(1, onnx.node('If', '', onnx.message(6, nested(depth - 1, inner))))

describe('checkGraph', () => {
  it('accepts what the card declares, weights in a listed file too', () => {
    const open = onnx.model(
      onnx.message(
        7,
        onnx.message(11, onnx.value('image', ['batch', 3, 2, 2])),
        onnx.message(12, onnx.value('logits', [1, 1, 2, 2])),
        // Old files list weights among the inputs.
        onnx.message(11, onnx.value('w', [2, 3])),
        onnx.message(5, weights({ location: 'net.data', offset: '76', length: '24' })),
      ),
    )
    for (const bytes of [onnx.file(onnx.message(1, onnx.node('Relu', 'ai.onnx'))), open])
      expect(() => checkGraph(onnx.DECLARED, bytes)).not.toThrow()
  })

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(), 'has no graph'],
    ['text', new TextEncoder().encode('version https://git-lfs'), 'not a sound ONNX file'],
    ['a cut file', onnx.file().subarray(0, 20), 'ends outside its message'],
    ['an endless number', Uint8Array.from(new Array<number>(12).fill(255)), 'more than ten bytes'],
    ['a group', Uint8Array.of(11, 12), 'the wire type 3'],
    ['field 0', Uint8Array.of(2, 0), 'the number 0'],
    ['two graphs', onnx.model(onnx.message(7, onnx.graph()), onnx.message(7, onnx.graph())), 'field 7 twice'],
    ['a graph for training', onnx.model(onnx.message(20, onnx.message(1))), 'for training'],
    [
      'another operator set',
      onnx.model(onnx.message(7, onnx.graph())).map((b) => (b === 17 ? 13 : b)),
      'operator set 13',
    ],
    [
      'no operator set',
      Uint8Array.from(onnx.message(7, onnx.graph())),
      'operator set none, the card says 17',
    ],
    ['an operator set twice', onnx.model(onnx.opset(18, 'ai.onnx')), 'twice'],
    [
      'a function',
      onnx.model(onnx.message(7, onnx.graph()), onnx.message(25, onnx.text(1, 'Run\nme'))),
      '"Run\\nme"',
    ],
    [
      'an operator of another domain',
      onnx.file(onnx.message(1, onnx.node('EPContext', 'com.microsoft'))),
      '"com.microsoft.EPContext"',
    ],
    ['one inside a subgraph', onnx.file(nested(3, onnx.message(1, onnx.node('Py', 'evil')))), '"evil.Py"'],
    ['subgraphs without end', onnx.file(nested(17, [])), '16 deep'],
    ['another input', onnx.file(onnx.message(11, onnx.value('mask', [1]))), 'an input "mask"'],
    [
      'an output twice',
      onnx.file(onnx.message(12, onnx.value('logits', [1, 1, 2, 2]))),
      'an output "logits"',
    ],
    ['a type twice', onnx.file(onnx.message(11, onnx.value('image', [1]), onnx.message(2))), 'field 2 twice'],
    [
      'weights in a file that is not listed',
      onnx.file(onnx.message(5, weights({ location: 'other.data' }))),
      'does not list',
    ],
    [
      'weights past the end',
      onnx.file(onnx.message(5, weights({ location: 'net.data', offset: '77' }))),
      '77 to 101',
    ],
    [
      'a wrong length',
      onnx.file(onnx.message(5, weights({ location: 'net.data', length: '4' }))),
      'of 24 bytes is said to have 4',
    ],
    [
      'a negative offset',
      onnx.file(onnx.message(5, weights({ location: 'net.data', offset: '-1' }))),
      'offset or length "-1"',
    ],
    [
      'an unknown key',
      onnx.file(onnx.message(5, weights({ location: 'net.data', prepacked: '1' }))),
      '"prepacked"',
    ],
    [
      'a shape beyond numbers',
      onnx.file(onnx.message(5, weights({ location: 'net.data' }, [2 ** 31, 2 ** 31]))),
      'of 18446744073709552000 bytes',
    ],
    [
      'a place beyond 32 bits',
      onnx.file(onnx.message(5, onnx.int(14, 2n ** 32n + 1n))),
      'does not say clearly',
    ],
    [
      'a sparse tensor outside',
      onnx.file(onnx.message(15, onnx.message(1, weights({ location: 'net.data' })))),
      'sparse tensor "w"',
    ],
    [
      'a sparse attribute outside',
      onnx.file(
        onnx.message(
          1,
          onnx.node('Constant', '', onnx.message(22, onnx.message(2, weights({ location: 'x' })))),
        ),
      ),
      'sparse tensor "w"',
    ],
    [
      'a constant outside, in a subgraph',
      onnx.file(
        nested(
          2,
          onnx.message(1, onnx.node('Constant', '', onnx.message(5, weights({ location: '/etc/passwd' })))),
        ),
      ),
      '"/etc/passwd"',
    ],
    [
      'a tensor attribute twice',
      onnx.file(onnx.message(1, onnx.node('Constant', '', [...onnx.message(5), ...onnx.message(5)]))),
      'field 5 twice',
    ],
  ])('refuses %s', (_, bytes, words) => {
    expect(() => checkGraph(onnx.DECLARED, bytes)).toThrow(AppError)
    expect(() => checkGraph(onnx.DECLARED, bytes)).toThrow(words)
  })

  it.each<[string, Partial<CardGraph>, string]>([
    [
      'a name',
      { inputs: [onnx.declaredTensor('photo', 'image', 3)] },
      'net.onnx has no input "photo"; it has "image"',
    ],
    [
      'a shape',
      { outputs: [onnx.declaredTensor('logits', 'logits', 9)] },
      'output "logits" of net.onnx is [1, 1, 2, 2], the card says [1, 9, 2, 2]',
    ],
    ['what is listed', { outputs: [] }, 'an output "logits" that the card does not list'],
  ])('names a difference in %s', (_, change, words) => {
    expect(() => checkGraph({ ...onnx.DECLARED, ...change }, onnx.file())).toThrow(words)
  })

  it('wants float32', () => {
    const half = onnx.model(onnx.message(7, onnx.message(11, onnx.value('image', [1, 3, 2, 2], 10))))
    expect(() => checkGraph(onnx.DECLARED, half)).toThrow('input "image" of net.onnx is float16, not float32')
    const sequence = onnx.model(
      onnx.message(7, onnx.message(11, onnx.text(1, 'image'), onnx.message(2, onnx.message(4)))),
    )
    expect(() => checkGraph(onnx.DECLARED, sequence)).toThrow('is no tensor')
  })

  it('gives up on a file of endless fields', () => {
    expect(() =>
      onnxFacts(
        new Uint8Array(12_000_000).map((_, at) => (at % 2 ? 0 : 8)),
        'x',
      ),
    ).toThrow('5000000 fields')
  })
})

describe('dataLocation', () => {
  it.each([
    ['net.onnx', 'net.data', 'net.data'],
    ['graphs/net.onnx', 'graphs/weights/a b.bin', 'weights/a b.bin'],
    ['graphs/net.onnx', 'net.data', null],
    ['net.onnx', '../net.data', null],
    ['net.onnx', '/etc/passwd', null],
    ['net.onnx', 'a//b', null],
    ['net.onnx', 'C:\\w', null],
    // By this name onnxruntime means an address in its own memory.
    ['net.onnx', '*/_ORT_MEM_ADDR_/*', null],
  ])('of %s and %s is %s', (file, data, expected) => {
    expect(dataLocation({ ...onnx.DECLARED, file }, data)).toBe(expected)
  })
})
