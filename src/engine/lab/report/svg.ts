import { html, type Markup } from '../../../shared/markup'

/** A drawing that stands alone: its own styles, a white ground, nothing fetched. */
export function drawing(width: number, height: number, title: string, content: readonly Markup[]): Markup {
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
  >
    <title>${title}</title>
    <style>
      text {
        font:
          11px Inter,
          system-ui,
          sans-serif;
        fill: #1b1b1d;
      }
      .head {
        font-weight: 600;
      }
      .quiet {
        fill: #66666b;
      }
      .rule {
        fill: none;
        stroke: #c8c8cc;
      }
      .own {
        fill: none;
        stroke: #1b1b1d;
        stroke-dasharray: 2 2;
      }
      .light {
        stroke: #fff;
      }
    </style>
    <rect width="${width}" height="${height}" fill="#fff" />
    ${content}
  </svg>`
}

export function label(
  x: number,
  y: number,
  text: string,
  { anchor = 'start', kind = '' }: { anchor?: 'start' | 'middle' | 'end'; kind?: string } = {},
): Markup {
  return html`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" class="${kind}"
    >${text}</text
  >`
}

/** Two digits that count, four decimals at most, without a leading zero. */
export function short(value: number | null): string {
  if (value === null) return '–'
  if (value === 0) return '0'
  if (Math.abs(value) < 0.00005) return '<.0001'
  const digits = Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value)))))
  return value.toFixed(digits).replace(/^(-?)0\./, '$1.')
}
