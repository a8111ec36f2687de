import { html } from '../../../../shared/markup'
import { rampColour } from '../ramp'
import type { Figure } from '../figures/figure'

const SIDE = 480

/** The queries inside one link as a figure: one square a pair, rows read columns. */
export function queryFigure(
  values: readonly (readonly number[])[],
  max: number,
  { source, target, place }: { source: string; target: string; place: string },
  weighting: string,
): Figure {
  const columns = values[0]?.length ?? 0
  const cell = SIDE / Math.max(1, values.length, columns)
  const squares = values.flatMap((row, at) =>
    row.map(
      (value, column) =>
        html`<rect
          x="${(column * cell).toFixed(2)}"
          y="${(at * cell).toFixed(2)}"
          width="${cell.toFixed(2)}"
          height="${cell.toFixed(2)}"
          fill="${rampColour(max > 0 ? value / max : 0)}"
        />`,
    ),
  )
  const title = `Queries of ${target} reading queries of ${source}, ${place}`
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1))
  return {
    name: 'attention-between-queries',
    title,
    picture: {
      width: SIDE,
      height: SIDE + 44,
      body: html`<text y="12" font-weight="600">${title}</text>
        <g transform="translate(0 22)" shape-rendering="crispEdges">${squares}</g>
        <text y="${SIDE + 40}" font-size="10" fill="#55555c"
          >black 0, brightest ${(max * 100).toPrecision(3)} %; rows read columns</text
        >`,
    },
    arrays: [
      {
        name: 'attention',
        axes: [
          { name: 'target_query', labels: names(values.length) },
          { name: 'source_query', labels: names(columns) },
        ],
        unit: `share of ${weighting}`,
        data: Float64Array.from(values.flat()),
      },
    ],
  }
}
