import { html } from '../../../../shared/markup'
import { encodeNpz } from '../../../../shared/npz'
import type { Figure, FigureArray, Provenance } from './figure'

/** Space around a drawing and the line below it that says where it comes from, in user units. */
const MARGIN = 16
const CAPTION = 28
const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"

/** The size of the whole file, in user units. */
export function svgSize({ picture }: Figure): { width: number; height: number } {
  return {
    width: Math.max(320, Math.ceil(picture.width) + 2 * MARGIN),
    height: Math.ceil(picture.height) + 2 * MARGIN + CAPTION,
  }
}

/** A file of its own on white, with the provenance as JSON in its metadata and in words below the drawing. */
export function svgFile(figure: Figure, provenance: Provenance): string {
  const { width, height } = svgSize(figure)
  const markup = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
    font-family="${FONT}"
    font-size="12"
    fill="#1c1c1f"
  >
    <title>${figure.title}</title>
    <metadata id="provenance">${JSON.stringify(provenance)}</metadata>
    <rect width="${width}" height="${height}" fill="#ffffff" />
    <g transform="translate(${MARGIN} ${MARGIN})">${figure.picture.body}</g>
    <text x="${MARGIN}" y="${height - MARGIN + 2}" font-size="9" fill="#55555c">
      ${captionOf(provenance)}
    </text>
  </svg> `
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup.text}`
}

function captionOf({ model, dataset, of, interventions, date }: Provenance): string {
  const cuts = interventions.length === 1 ? '1 intervention' : `${interventions.length} interventions`
  return [
    model && `${model.name} (${model.hash.slice(0, 8)})`,
    [dataset, of].filter((part) => part !== null).join(', '),
    interventions.length > 0 ? cuts : null,
    date.slice(0, 10),
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

/**
 * The numbers as rows, one a value: the array's name, its place on every axis (empty for axes it does not have), the value
 * and its unit. Lines that begin with `#` say where they come from, one `key: JSON` each
 * (`pandas.read_csv(..., comment='#')`).
 */
export function csvFile(figure: Figure, provenance: Provenance): string {
  const comments = Object.entries(provenance).map(([key, value]) => `# ${key}: ${JSON.stringify(value)}`)
  const axes = [...new Set(figure.arrays.flatMap((array) => array.axes.map(({ name }) => name)))]
  const rows = figure.arrays.flatMap((array) => rowsOf(array, axes))
  return [...comments, ['array', ...axes, 'value', 'unit'].map(cell).join(','), ...rows, ''].join('\n')
}

function rowsOf(array: FigureArray, columns: readonly string[]): string[] {
  return Array.from(array.data, (value, at) => {
    const places = new Map<string, string>()
    let rest = at
    for (const { name, labels } of [...array.axes].reverse()) {
      places.set(name, labels[rest % labels.length] ?? '')
      rest = Math.floor(rest / labels.length)
    }
    return [array.name, ...columns.map((name) => places.get(name) ?? ''), String(value), array.unit]
      .map(cell)
      .join(',')
  })
}

/** RFC 4180, and `#` quoted because readers are told that it begins a comment. */
function cell(text: string): string {
  return /[",\n\r#]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The arrays under their names, and `provenance`: JSON with the axes and units of every array. */
export function npzFile(figure: Figure, provenance: Provenance): Uint8Array<ArrayBuffer> {
  const arrays = Object.fromEntries(
    figure.arrays.map(({ name, axes, data }) => [
      name,
      { shape: axes.map(({ labels }) => labels.length), data },
    ]),
  )
  const described = Object.fromEntries(
    figure.arrays.map(({ name, axes, unit }) => [name, { axes, unit }] as const),
  )
  return encodeNpz(arrays, { provenance: JSON.stringify({ ...provenance, arrays: described }) })
}
