import { TASKS, type TaskId } from '../../../../shared/tasks'
import type { LinkAddress } from '../../../editor/lab/changes'
import type { QueryAddress, Trace } from '../../../editor/types'

/** Where a band can be cut: a link between blocks of queries, or one query. */
export type Cuttable = { readonly link: LinkAddress } | { readonly query: QueryAddress }

/** Something that holds a part of the pixel's prediction. Values of a column sum to at most one. */
export interface FlowNode {
  readonly id: string
  readonly column: number
  readonly value: number
  readonly label: string
  /** The task whose colour it has; null = grey. */
  readonly task: TaskId | null
  /** Nodes of one block stand directly below each other; bands may end at the block as a whole. */
  readonly block: string
  readonly query: QueryAddress | null
}
/** A band between two nodes or blocks, left to right: `value` of the pixel's prediction came along it. */
export interface FlowLink {
  readonly id: string
  /** A block's id. */
  readonly from: string
  /** A node's id. */
  readonly to: string
  readonly value: number
  readonly task: TaskId | null
  /** What it is, as a sentence without its number. */
  readonly words: string
  readonly cut: Cuttable | null
}
export interface FlowGraph {
  readonly columns: readonly string[]
  readonly nodes: readonly FlowNode[]
  readonly links: readonly FlowLink[]
}

/** A traced pixel of `target` in a model with `queries` queries per task and scale. */
export interface Traced {
  readonly trace: Trace
  readonly target: TaskId
  readonly tasks: readonly TaskId[]
  readonly strides: readonly number[]
  readonly queries: number
  /** Queries of the target that are muted one by one: they keep a band, on which they can be mended. */
  readonly muted: readonly QueryAddress[]
}

/** Queries that get a band of their own, and the share from which on. */
const MOST_QUERIES = 8
const LEAST_SHARE = 0.015

type Source = Trace['sources'][number]
/** Where queries got what they hold. */
const ENDS = {
  photo: { id: 'photo', label: 'Photo', words: 'the photo', of: ({ pixels }: Source) => pixels },
  token: {
    id: 'token',
    label: 'Learned tokens',
    words: 'their learned tokens',
    of: ({ token }: Source) => token,
  },
  replaced: {
    id: 'replaced',
    label: 'Swapped in',
    words: 'what was swapped in',
    of: ({ replaced }: Source) => replaced,
  },
} as const

export const scaleName = (strides: readonly number[], scale: number): string => `1/${strides[scale] ?? '?'}`

/**
 * The trace of a pixel as a flow from left to right: the pixel, the queries it reads, the scales and the tasks those got
 * it from, and where it began. A model with one scale has no step between scales and no column for it.
 */
export function flowGraph(traced: Traced): FlowGraph {
  const { trace, target, tasks, strides } = traced
  const { flow } = trace
  const several = strides.length > 1
  const name = TASKS[target].label.toLowerCase()
  const nodes: FlowNode[] = []
  const links: FlowLink[] = []
  const node = (at: Partial<FlowNode> & Pick<FlowNode, 'id' | 'column' | 'value' | 'label'>): void => {
    nodes.push({ task: null, block: at.id, query: null, ...at })
  }
  const link = (at: Omit<FlowLink, 'id'>): void => {
    links.push({ id: `${at.from} ${at.to}`, ...at })
  }
  const before = (scale: number): string => (several ? `scale ${scale}` : 'group 0')
  const [scaleColumn, taskColumn] = [2, several ? 3 : 2]

  const replaced = sum(trace.sources.map(ENDS.replaced.of)) > 0
  const ends = [ENDS.photo, ENDS.token, ...(replaced ? [ENDS.replaced] : [])]

  node({ id: 'pixel', column: 0, value: 1, label: TASKS[target].label, task: target })
  strides.forEach((_, scale) => addQueries(scale))
  if (several)
    strides.forEach((_, scale) => {
      const value = sum(flow.scales.map((row) => row[scale] ?? 0))
      node({ id: `scale ${scale}`, column: scaleColumn, value, label: scaleName(strides, scale) })
      flow.scales.forEach((row, reader) =>
        link({
          from: `group ${reader}`,
          to: `scale ${scale}`,
          value: row[scale] ?? 0,
          task: null,
          words: `${capital(name)} queries at ${scaleName(strides, reader)} from those at ${scaleName(strides, scale)}`,
          cut: { link: { kind: 'scaleLink', task: target, source: scale, target: reader, head: null } },
        }),
      )
    })
  tasks.forEach((task, at) => {
    const parts = trace.sources.filter((source) => source.task === task)
    const value = sum(flow.tasks.map((row) => row[at] ?? 0))
    node({ id: `task ${task}`, column: taskColumn, value, label: TASKS[task].label, task })
    flow.tasks.forEach((row, scale) =>
      link({
        from: before(scale),
        to: `task ${task}`,
        value: row[at] ?? 0,
        task,
        words: `${capital(name)} queries at ${scaleName(strides, scale)} from ${TASKS[task].label.toLowerCase()} queries`,
        cut: { link: { kind: 'taskLink', scale, source: task, target, head: null } },
      }),
    )
    for (const { id, words, of } of ends)
      link({
        from: `task ${task}`,
        to: id,
        value: sum(parts.map(of)),
        task,
        words: `${TASKS[task].label} queries from ${words}`,
        cut: null,
      })
  })
  const last = taskColumn + 1
  for (const { id, label, of } of ends) node({ id, column: last, value: sum(trace.sources.map(of)), label })
  node({ id: 'own', column: last, value: trace.ownFeature, label: 'Own feature' })
  link({
    from: 'pixel',
    to: 'own',
    value: trace.ownFeature,
    task: null,
    words: `The pixel's own feature, which no query brought`,
    cut: null,
  })
  const columns = [
    'Pixel',
    'Queries it reads',
    ...(several ? ['From scales'] : []),
    'From tasks',
    'From the start',
  ]
  return { columns, nodes, links }

  /** The block of a scale: its strongest queries one by one, the others together. */
  function addQueries(scale: number): void {
    const shares = Array.from(trace.read.subarray(scale * traced.queries, (scale + 1) * traced.queries))
    const strong = strongest(traced).filter((query) => query.scale === scale)
    const rest = (flow.decoder[scale] ?? 0) - sum(strong.map(({ query }) => shares[query] ?? 0))
    const at = scaleName(strides, scale)
    strong.forEach(({ query }) => {
      const address = { task: target, scale, query }
      const value = shares[query] ?? 0
      const id = `query ${scale} ${query}`
      node({
        id,
        column: 1,
        value,
        label: `${at}  query ${query + 1}`,
        block: `group ${scale}`,
        query: address,
      })
      link({
        from: 'pixel',
        to: id,
        value,
        task: null,
        words: `The pixel from query ${query + 1} at ${at}`,
        cut: { query: address },
      })
    })
    const others = traced.queries - strong.length
    node({
      id: `rest ${scale}`,
      block: `group ${scale}`,
      column: 1,
      value: Math.max(0, rest),
      label: `${at}  ${others} ${strong.length > 0 ? 'others' : 'queries'}`,
    })
    link({
      from: 'pixel',
      to: `rest ${scale}`,
      value: Math.max(0, rest),
      task: null,
      words: `The pixel from ${others} ${strong.length > 0 ? 'other ' : ''}queries at ${at}`,
      cut: null,
    })
  }
}

/** The queries with a band of their own, in the order of scales and then of what they brought. */
function strongest({ trace, target, queries, muted }: Traced): readonly QueryAddress[] {
  const isMuted = ({ scale, query }: QueryAddress): boolean =>
    muted.some((one) => one.scale === scale && one.query === query)
  const strong = Array.from(trace.read, (value, token) => ({ value, token }))
    .filter(({ value }) => value >= LEAST_SHARE)
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST_QUERIES)
    .map(({ token }) => ({ task: target, scale: Math.floor(token / queries), query: token % queries }))
  return [...strong.filter((query) => !isMuted(query)), ...muted]
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
