import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Trace } from '../../../editor/types'
import { flowGraph, type FlowGraph } from './graph'
import { placeFlow } from './layout'

const TASKS = ['semseg', 'depth', 'normals'] as const
const SIZE = { width: 900, height: 200, bar: 8, gap: 4, right: 120 }
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0)

/** Random masses that fit together as the engine's do: every step hands on what it got. */
function traceOf(scales: number, queries: number, random: () => number): Trace {
  const split = (mass: number, parts: number): number[] => {
    const raw = Array.from({ length: parts }, () => random() ** 3)
    const total = sum(raw) || 1
    return raw.map((value) => (mass * value) / total)
  }
  const own = random()
  const read = split(1 - own, scales * queries)
  const decoder = Array.from({ length: scales }, (_, k) => sum(read.slice(k * queries, (k + 1) * queries)))
  const across = decoder.map((mass, k) =>
    scales > 1 ? split(mass, scales) : decoder.map((_, j) => (j === k ? mass : 0)),
  )
  const into = decoder.map((_, j) => sum(across.map((row) => row[j]!)))
  const tasks = into.map((mass) => split(mass, TASKS.length))
  const sources = TASKS.flatMap((task, at) =>
    tasks.map((row, scale) => {
      const [pixels = 0, token = 0] = split(row[at]!, 2)
      return { task, scale, pixels, token, replaced: 0 }
    }),
  )
  return {
    ownFeature: own,
    sources,
    flow: { own: split(own, scales), decoder, scales: across, tasks },
    read: Float32Array.from(read),
    origin: new Float32Array(0),
    maps: [],
  }
}

/** Scales, queries and a generator of numbers. */
const traces = fc
  .record({
    scales: fc.integer({ min: 1, max: 4 }),
    queries: fc.integer({ min: 1, max: 16 }),
    seed: fc.nat(),
  })
  .map(({ scales, queries, seed }) => {
    let state = seed + 1
    const random = (): number => ((state = (state * 16807) % 2147483647) - 1) / 2147483646
    return { scales, queries, trace: traceOf(scales, queries, random) }
  })

const graphOf = ({ scales, queries, trace }: { scales: number; queries: number; trace: Trace }): FlowGraph =>
  flowGraph({
    trace,
    target: 'depth',
    tasks: TASKS,
    strides: [4, 8, 16, 32].slice(0, scales),
    queries,
    muted: [],
  })

describe('the flow of a pixel', () => {
  it('hands on in every block what came into it, and starts and ends with the whole', () => {
    fc.assert(
      fc.property(traces, (given) => {
        const { nodes, links, columns } = graphOf(given)
        const blocks = new Set(nodes.map(({ block }) => block))
        for (const block of blocks) {
          const inside = nodes.filter((node) => node.block === block)
          const value = sum(inside.map((node) => node.value))
          const arriving = links.filter(({ to }) => inside.some(({ id }) => id === to))
          const leaving = links.filter(({ from }) => from === block)
          if (inside[0]!.column > 0) expect(sum(arriving.map((link) => link.value))).toBeCloseTo(value, 5)
          if (inside[0]!.column < columns.length - 1)
            expect(sum(leaving.map((link) => link.value))).toBeCloseTo(value, 5)
        }
        const last = nodes.filter(({ column }) => column === columns.length - 1)
        expect(sum(last.map(({ value }) => value))).toBeCloseTo(1, 5)
      }),
    )
  })

  it('has no column of scales for a model with one', () => {
    const random = (): number => 0.5
    const one = graphOf({ scales: 1, queries: 4, trace: traceOf(1, 4, random) })
    expect(one.columns).toEqual(['Pixel', 'Queries it reads', 'From tasks', 'From the start'])
    expect(one.links.some(({ cut }) => cut && 'link' in cut && cut.link.kind === 'scaleLink')).toBe(false)
  })

  it('names links by what cuts them', () => {
    const { links } = graphOf({ scales: 2, queries: 3, trace: traceOf(2, 3, () => 0.5) })
    const found = links.find(({ from, to }) => from === 'scale 1' && to === 'task semseg')
    expect(found?.cut).toEqual({
      link: { kind: 'taskLink', scale: 1, source: 'semseg', target: 'depth', head: null },
    })
    expect(found?.words).toBe('Depth queries at 1/8 from semantic segmentation queries')
  })
})

describe('a muted query', () => {
  it('keeps a band, on which it can be mended', () => {
    const trace = traceOf(1, 4, () => 0.5)
    trace.read[2] = 0
    const model = { target: 'depth', tasks: TASKS, strides: [4], queries: 4 } as const
    const muted = [{ task: 'depth', scale: 0, query: 2 }] as const
    const cuts = (of: typeof muted | []): unknown[] =>
      flowGraph({ trace, ...model, muted: of }).links.flatMap(({ cut }) =>
        cut && 'query' in cut ? [cut.query.query] : [],
      )
    expect(cuts([])).not.toContain(2)
    expect(cuts(muted)).toContain(2)
  })
})

describe('the picture of a flow', () => {
  it('keeps blocks apart and inside, and makes heights of the numbers', () => {
    fc.assert(
      fc.property(traces, (given) => {
        const { nodes, links } = placeFlow(graphOf(given), SIZE, 'own')
        const unit = nodes[0]!.height
        for (const { y, height, value } of nodes) {
          expect(height).toBeCloseTo(value * unit, 6)
          expect(y).toBeGreaterThanOrEqual(-1e-6)
          expect(y + height).toBeLessThanOrEqual(SIZE.height + 1e-6)
        }
        for (const a of nodes)
          for (const b of nodes)
            if (a !== b && a.column === b.column && a.y < b.y)
              expect(b.y - a.y - a.height).toBeGreaterThan(a.block === b.block ? -1e-6 : SIZE.gap / 2)
        for (const { thickness, value } of links) expect(thickness).toBeCloseTo(value * unit, 6)
      }),
    )
  })

  it('lets bands end within the node they join', () => {
    fc.assert(
      fc.property(traces, (given) => {
        const { nodes, links } = placeFlow(graphOf(given), SIZE, 'own')
        for (const { to, y1, x1, thickness } of links) {
          const node = nodes.find(({ id }) => id === to)!
          expect(x1).toBe(node.x)
          expect(y1).toBeGreaterThanOrEqual(node.y - 1e-4)
          expect(y1 + thickness).toBeLessThanOrEqual(node.y + node.height + 1e-4)
        }
      }),
    )
  })
})
