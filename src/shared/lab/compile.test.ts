import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Card, CardTensor, TensorRole } from '../card'
import { compile } from './compile'
import { interventionsKey, sourcesOf, type Intervention } from './intervention'
import { CUT_BIAS } from './weights-cut'

const [T, S, N, H, C] = [2, 3, 4, 2, 5]
const ids = ['semseg', 'depth'] as const

function tensor(role: TensorRole, shape: number[], task: CardTensor['task'] = null): CardTensor {
  return { name: role, role, task, scale: null, axes: [], shape }
}
function graph(inputs: CardTensor[]): Extract<Card['graphs'], { encoder: unknown }>['encoder'] {
  return { file: 'x', sha256: '', bytes: 1, opset: 17, inputs, outputs: [] }
}
function card({ gates = true, decoders = true, heads = H } = {}): Card {
  const tasks = [S, heads, T * N, T * N]
  const scales = [T, heads, S * N, S * N]
  const decoder = (task: (typeof ids)[number]): CardTensor[] =>
    decoders ? [tensor('decoder_bias', [S, H, N], task), tensor('decoder_gate', [S, H, N], task)] : []
  return {
    schemaVersion: 1,
    name: 'x',
    variant: 'scale-aware',
    licence: '',
    description: '',
    tasks: ids.map((id) => ({
      id,
      kind: 'scalar' as const,
      channels: 1,
      classes: null,
      palette: null,
      ignore: null,
      activation: 'clamp-min-0' as const,
      unit: null,
    })),
    scales: [1, 2, 4].map((stride) => ({ stride, height: 4, width: 4 })),
    queries: N,
    heads: H,
    channels: C,
    input: {
      height: 4,
      width: 4,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      order: 'rgb',
      scale: 255,
      resize: 'fit-down-triangle',
      padding: { position: 'centre', fill: 0, when: 'after-normalise' },
    },
    graphs: {
      encoder: graph([]),
      crossTask: graph([
        tensor('task_bias', tasks),
        tensor('scale_bias', scales),
        ...(gates ? [tensor('task_gate', tasks), tensor('scale_gate', scales)] : []),
      ]),
      decoders: Object.fromEntries(ids.map((id) => [id, graph(decoder(id))])),
    },
    provenance: {},
  }
}

const named = { id: 'a', name: '', enabled: true }
const link = {
  ...named,
  kind: 'taskLink',
  scale: 1,
  source: 'depth',
  target: 'semseg',
  head: null,
  factor: 0,
  mode: 'renormalise',
} as const

/** Indices of [outer, head, row, column] whose value is not `neutral`. */
function changed(data: Float32Array | null, neutral: number, columns: number, rows: number): number[][] {
  return [...(data ?? [])].flatMap((value, at) => {
    if (value === neutral) return []
    const row = Math.floor(at / columns)
    return [[Math.floor(row / rows / H), Math.floor(row / rows) % H, row % rows, at % columns]]
  })
}

describe('compile', () => {
  it('leaves everything neutral for an empty list, a switched off entry and a factor of one', () => {
    for (const list of [[], [{ ...link, enabled: false }], [{ ...link, factor: 1 }]])
      expect(compile(list, card())).toEqual({
        task: { bias: null, gate: null },
        scale: { bias: null, gate: null },
        decoders: new Map(),
        replacements: [],
      })
  })

  it('cuts exactly the block of one link', () => {
    const { task } = compile([link], card())
    expect(task.gate).toBeNull()
    const cells = changed(task.bias, 0, T * N, T * N)
    expect(cells).toHaveLength(H * N * N)
    for (const [scale, , row, column] of cells)
      expect([scale, Math.floor(row! / N), Math.floor(column! / N)]).toEqual([1, 0, 1])
    expect(Math.min(...task.bias!)).toBe(CUT_BIAS)
  })

  it('scales by the logarithm before the softmax and by the factor after it; factors multiply', () => {
    const twice = [
      { ...link, factor: 0.5 },
      { ...link, factor: 2 },
    ]
    const { bias } = compile(twice, card()).task
    for (const value of bias!) expect(value).toBeCloseTo(0, 6)
    const removed = twice.map((item) => ({ ...item, factor: item.factor / 2, mode: 'remove' as const }))
    const { gate } = compile(removed, card()).task
    expect(changed(gate, 1, T * N, T * N)).toHaveLength(H * N * N)
    expect(new Set(gate)).toEqual(new Set([1, 0.25]))
  })

  it('cuts a link of the scale step', () => {
    const cut: Intervention = {
      ...link,
      kind: 'scaleLink',
      task: 'depth',
      source: 2,
      target: 0,
      head: 1,
    }
    const cells = changed(compile([cut], card()).scale.bias, 0, S * N, S * N)
    expect(cells).toHaveLength(N * N)
    for (const [task, head, row, column] of cells)
      expect([task, head, Math.floor(row! / N), Math.floor(column! / N)]).toEqual([1, 1, 0, 2])
  })

  it('mutes a query in every step that reads it', () => {
    const cut: Intervention = {
      ...named,
      kind: 'query',
      task: 'depth',
      scale: 2,
      queries: [3],
      factor: 0,
      mode: 'remove',
    }
    const { task, scale, decoders } = compile([cut], card())
    expect(changed(task.gate, 1, T * N, T * N).map(([s, , , column]) => [s, column])).toEqual(
      new Array(H * T * N).fill([2, N + 3]),
    )
    expect(changed(scale.gate, 1, S * N, S * N).map(([t, , , column]) => [t, column])).toEqual(
      new Array(H * S * N).fill([1, 2 * N + 3]),
    )
    expect([...decoders.keys()]).toEqual(['depth'])
    expect(changed(decoders.get('depth')!.gate, 1, N, 1)).toEqual([
      [2, 0, 0, 3],
      [2, 1, 0, 3],
    ])
  })

  it('empties a row that has nothing left to take over', () => {
    const all = ids.map((source) => ({ ...link, source, scale: null }))
    const { bias, gate } = compile(all, card()).task
    expect(changed(gate, 1, T * N, T * N).map(([, , row]) => row! < N)).toEqual(
      new Array(S * H * N * T * N).fill(true),
    )
    expect(bias).not.toBeNull()
    expect(() => compile(all, card({ gates: false }))).toThrow('removed through gates')
  })

  it('removes heads, each step by its own rows', () => {
    const head = { ...named, kind: 'head', head: 1, factor: 0, scale: 0 } as const
    const task = compile([{ ...head, step: 'task', task: 'depth' }], card()).task.gate
    expect(changed(task, 1, T * N, T * N)).toHaveLength(N * T * N)
    expect(changed(task, 1, T * N, T * N).every(([s, h, row]) => s === 0 && h === 1 && row! >= N)).toBe(true)
    const decoders = compile([{ ...head, step: 'decoder', task: null }], card()).decoders
    expect([...decoders.keys()]).toEqual(ids)
    expect(changed(decoders.get('depth')!.gate, 1, N, 1)).toEqual([0, 1, 2, 3].map((n) => [0, 1, 0, n]))
  })

  it('names the numbers of replaced queries and where they come from', () => {
    const swap = {
      ...named,
      kind: 'swap',
      task: 'depth',
      scale: 1,
      query: null,
      sample: 'b',
    } as const
    const mean = { ...named, kind: 'mean', task: null, scale: 0, query: 2, split: null } as const
    expect(compile([swap, mean], card()).replacements).toEqual([
      { source: { kind: 'sample', sample: 'b' }, from: (S + 1) * N * C, to: (S + 2) * N * C },
      { source: { kind: 'mean', split: null }, from: 2 * C, to: 3 * C },
      { source: { kind: 'mean', split: null }, from: (S * N + 2) * C, to: (S * N + 3) * C },
    ])
    expect(sourcesOf([swap, mean, swap])).toHaveLength(2)
  })

  it('refuses what the model or the bundle lacks', () => {
    expect(() => compile([{ ...link, target: 'edge' }], card())).toThrow('no task edge')
    expect(() => compile([{ ...link, scale: 3 }], card())).toThrow('no scale 3; it has 3')
    expect(() => compile([{ ...link, head: 2 }], card())).toThrow('no head 2')
    expect(() => compile([{ ...link, head: 0 }], card({ heads: 1 }))).toThrow('shared by all heads')
    expect(compile([link], card({ heads: 1 })).task.bias).toHaveLength(S * T * N * T * N)
    expect(() => compile([{ ...link, mode: 'remove' }], card({ gates: false }))).toThrow('gates')
    const mute: Intervention = {
      ...named,
      kind: 'query',
      task: 'depth',
      scale: 0,
      queries: [0],
      factor: 0,
      mode: 'renormalise',
    }
    expect(() => compile([mute], card({ decoders: false }))).toThrow('Export the bundle again')
  })

  it('gives equal keys to lists that do the same whatever their names', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (id, name, on) => {
        const other = { ...link, id, name }
        expect(interventionsKey([other]) === interventionsKey([link])).toBe(true)
        expect(interventionsKey([other, { ...link, enabled: on }]) === interventionsKey([link])).toBe(!on)
      }),
    )
  })
})
