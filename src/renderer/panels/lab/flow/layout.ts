import type { FlowGraph, FlowLink, FlowNode } from './graph'

/** A node's bar in pixels. */
export interface PlacedNode extends FlowNode {
  readonly x: number
  readonly y: number
  readonly height: number
}
/** A band in pixels from (x0, y0) to (x1, y1), the tops of its ends, `thickness` high all along. */
export interface PlacedLink extends FlowLink {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly thickness: number
}
export interface FlowPicture {
  readonly nodes: readonly PlacedNode[]
  readonly links: readonly PlacedLink[]
}
export interface FlowSize {
  readonly width: number
  readonly height: number
  /** Width of a node's bar, and least space between two blocks of a column. */
  readonly bar: number
  readonly gap: number
  /** Space at the right for the labels of the last column. */
  readonly right: number
}

/** What a column does not use stays together: blocks stand at most this many gaps apart. */
const MOST_GAPS = 3

/**
 * Places the columns evenly from left to right and stacks each column's blocks; one unit of value is equally high
 * everywhere, so that heights are numbers. Bands leave a block and enter a node in the order of what they join. `foot`
 * names the node that stands at the bottom of the last column: its band runs below everything else.
 */
export function placeFlow({ columns, nodes, links }: FlowGraph, size: FlowSize, foot: string): FlowPicture {
  const blocks = columns.map((_, column) => blocksOf(nodes.filter((node) => node.column === column)))
  const most = Math.max(0, ...blocks.map((column) => column.length))
  const unit = Math.max(0, size.height - most * size.gap)
  const step = columns.length > 1 ? (size.width - size.right - size.bar) / (columns.length - 1) : 0
  const kept = (nodes.find(({ id }) => id === foot)?.value ?? 0) * unit

  const placed: PlacedNode[] = []
  const blockTops = new Map<string, { x: number; y: number }>()
  const nodeTops = new Map<string, { x: number; y: number }>()
  blocks.forEach((column, at) => {
    const x = at * step
    const standing = column.filter((block) => block[0]?.id !== foot)
    const used = valueOf(standing.flat()) * unit
    const free = size.height - size.gap - kept - used
    const apart = Math.min(free / Math.max(1, standing.length - 1), MOST_GAPS * size.gap)
    let y = 0
    for (const block of column) {
      if (block[0]?.id === foot) y = size.height - kept
      else if (block !== column[0]) y += Math.max(0, apart)
      blockTops.set(block[0]?.block ?? '', { x, y })
      for (const node of block) {
        const height = node.value * unit
        placed.push({ ...node, x, y, height })
        nodeTops.set(node.id, { x, y })
        y += height
      }
    }
  })

  const rank = new Map(placed.flatMap(({ id, block }, at) => [[block, at] as const, [id, at] as const]))
  const byEnds = (first: 'from' | 'to', second: 'from' | 'to') => (a: FlowLink, b: FlowLink) =>
    (rank.get(a[first]) ?? 0) - (rank.get(b[first]) ?? 0) ||
    (rank.get(a[second]) ?? 0) - (rank.get(b[second]) ?? 0)
  const starts = offsets([...links].sort(byEnds('from', 'to')), ({ from }) => from)
  const ends = offsets([...links].sort(byEnds('to', 'from')), ({ to }) => to)
  return {
    nodes: placed,
    links: links.flatMap((link) => {
      const [from, to] = [blockTops.get(link.from), nodeTops.get(link.to)]
      if (!from || !to) return []
      const y0 = from.y + (starts.get(link.id) ?? 0) * unit
      const y1 = to.y + (ends.get(link.id) ?? 0) * unit
      return [{ ...link, x0: from.x + size.bar, y0, x1: to.x, y1, thickness: link.value * unit }]
    }),
  }
}

/** Nodes in a row that belong to one block. */
function blocksOf(column: readonly FlowNode[]): FlowNode[][] {
  const blocks: FlowNode[][] = []
  for (const node of column) {
    const last = blocks.at(-1)
    if (last && last[0]?.block === node.block) last.push(node)
    else blocks.push([node])
  }
  return blocks
}

function valueOf(nodes: readonly FlowNode[]): number {
  return nodes.reduce((sum, { value }) => sum + value, 0)
}

/** How much of its block lies above each link, in the given order. */
function offsets(links: readonly FlowLink[], blockOf: (link: FlowLink) => string): Map<string, number> {
  const filled = new Map<string, number>()
  return new Map(
    links.map((link) => {
      const block = blockOf(link)
      const above = filled.get(block) ?? 0
      filled.set(block, above + link.value)
      return [link.id, above]
    }),
  )
}

/** A band as an SVG path: level at both ends. `low` = it first goes down to its end's height and then along it. */
export function bandPath({ x0, y0, x1, y1, thickness }: PlacedLink, low = false): string {
  const middle = low ? x0 + (x1 - x0) * 0.12 : (x0 + x1) / 2
  const turn = low ? x0 + (x1 - x0) * 0.24 : x1
  const [a, b] = [(x0 + middle) / 2, low ? (middle + turn) / 2 : (middle + x1) / 2]
  const edge = (dy: number): [string, string] => [
    low
      ? `C${a} ${y0 + dy} ${b} ${y1 + dy} ${turn} ${y1 + dy}L${x1} ${y1 + dy}`
      : `C${middle} ${y0 + dy} ${middle} ${y1 + dy} ${x1} ${y1 + dy}`,
    low
      ? `L${turn} ${y1 + dy}C${b} ${y1 + dy} ${a} ${y0 + dy} ${x0} ${y0 + dy}`
      : `C${middle} ${y1 + dy} ${middle} ${y0 + dy} ${x0} ${y0 + dy}`,
  ]
  return `M${x0} ${y0}${edge(0)[0]}L${x1} ${y1 + thickness}${edge(thickness)[1]}Z`
}
