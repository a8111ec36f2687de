import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import { cardSchema, type Card, type CardGraph } from '../../shared/card'
import { graphsOf } from '../../shared/card-graphs'
import { checkCard } from './card-check'

const FIXTURES = resolve(import.meta.dirname, '../../../test/fixtures')
const read = async (bundle: string): Promise<Card> =>
  v.parse(cardSchema, JSON.parse(await readFile(resolve(FIXTURES, bundle, 'model.json'), 'utf8')))

function split(card: Card): Extract<Card['graphs'], { encoder: CardGraph }> {
  if ('single' in card.graphs) throw new Error('a single graph')
  return card.graphs
}

let card: Card
beforeEach(async () => {
  card = await read('tiny-bundle')
})

describe('checkCard', () => {
  it('accepts each variant', async () => {
    expect(() => checkCard(card)).not.toThrow()
    for (const bundle of ['tiny-released', 'single-graph']) {
      const other = await read(bundle)
      expect(() => checkCard(other)).not.toThrow()
    }
  })

  it('accepts a bias that is shared by the heads', () => {
    split(card).crossTask.inputs.find(({ role }) => role === 'task_bias')!.shape[1] = 1
    expect(() => checkCard(card)).not.toThrow()
  })

  it('accepts a card without what only the attention lab reads', () => {
    for (const graph of graphsOf(card).values()) {
      graph.inputs = graph.inputs.filter(({ role }) => !/_gate$|^decoder_bias$/.test(role))
      graph.outputs = graph.outputs.filter(({ role }) => !/_(gram|residual)$/.test(role))
    }
    delete split(card).contributions
    expect(() => checkCard(card)).not.toThrow()
  })

  it.each<[string, (card: Card) => Card | void, string]>([
    ['a released card with four scales', (c) => ({ ...c, variant: 'released' }), 'has one scale, found 4'],
    [
      'split graphs of a single-graph card',
      (c) => ({ ...c, variant: 'single-graph' }),
      'needs the graph "single"',
    ],
    ['a task twice', (c) => void c.tasks.push(c.tasks[0]!), 'task semseg is listed twice'],
    [
      'a missing tensor',
      (c) => void split(c).encoder.outputs.shift(),
      'outputs of encoder.onnx lack features semseg scale 0',
    ],
    [
      'a transposed tensor',
      (c) => void split(c).crossTask.outputs[1]!.shape.reverse(),
      '"cross_task_attention" among the outputs of cross_task.onnx is [16, 16, 2, 4], expected [4, 2, 16, 16]',
    ],
    [
      'an input that nothing feeds',
      (c) => void split(c).decoders.edge!.inputs.push(split(c).encoder.inputs[0]!),
      'decoder_edge.onnx lists 8 inputs, expected 7',
    ],
    [
      'contributions of some tasks only',
      (c) => void delete split(c).contributions!.edge,
      'graphs.contributions has no "edge"',
    ],
    [
      'a gate of another shape',
      (c) =>
        void split(c)
          .crossTask.inputs.find(({ role }) => role === 'task_gate')!
          .shape.reverse(),
      '"task_gate" among the inputs of cross_task.onnx is [16, 16, 2, 4], expected [4, 2, 16, 16]',
    ],
    ['too many classes', (c) => void (c.tasks[0]!.channels = 256), 'at most 255'],
    [
      'a task of another kind',
      (c) => void (c.tasks[1]!.kind = 'probability'),
      'kind probability, not scalar',
    ],
  ])('refuses %s', (_, damage, words) => {
    const damaged = damage(card) ?? card
    expect(() => checkCard(damaged)).toThrow(words)
  })
})
