import type { PlacedLink } from './layout'

const middle = ({ y0, y1, thickness }: PlacedLink): number => (y0 + y1 + thickness) / 2

/** The link that can be cut one reaches with an arrow key: the next one in its step, or the nearest of the next step. */
export function neighbour(
  links: readonly PlacedLink[],
  from: PlacedLink,
  key: string,
): PlacedLink | undefined {
  const cuttable = links.filter(({ cut }) => cut !== null)
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const step = cuttable.filter(({ x0 }) => x0 === from.x0).sort((a, b) => middle(a) - middle(b))
    return step[step.indexOf(from) + (key === 'ArrowDown' ? 1 : -1)]
  }
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined
  const side = key === 'ArrowRight' ? 1 : -1
  const beyond = cuttable.filter(({ x0 }) => (x0 - from.x0) * side > 0)
  const column = Math.min(...beyond.map(({ x0 }) => x0 * side))
  return beyond
    .filter(({ x0 }) => x0 * side === column)
    .sort((a, b) => Math.abs(middle(a) - middle(from)) - Math.abs(middle(b) - middle(from)))[0]
}
