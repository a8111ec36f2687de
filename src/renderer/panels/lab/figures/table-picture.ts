import { html, type Markup } from '../../../../shared/markup'
import type { Picture } from './figure'

const ROW = 20
/** Mean width of a character of the caption's font at 12 units, and the space between columns. */
const CHARACTER = 6.4
const GAP = 18

/** A table as a drawing: the first column to the left, the others to the right under their heads. */
export function tablePicture(head: readonly string[], rows: readonly (readonly string[])[]): Picture {
  const widths = head.map((word, at) =>
    Math.ceil(
      Math.max(...[word, ...rows.map((row) => row[at] ?? '')].map((text) => text.length)) * CHARACTER,
    ),
  )
  const ends = widths.map((_, at) => widths.slice(0, at + 1).reduce((sum, width) => sum + width + GAP, -GAP))
  const line = (texts: readonly string[], top: number, colour: string): readonly Markup[] =>
    texts.map(
      (text, at) =>
        html`<text
          x="${at === 0 ? 0 : (ends[at] ?? 0)}"
          y="${top + 14}"
          fill="${colour}"
          text-anchor="${at === 0 ? 'start' : 'end'}"
          >${text}</text
        >`,
    )
  const width = ends.at(-1) ?? 0
  return {
    width,
    height: ROW * (rows.length + 1),
    body: html`${line(head, 0, '#55555c')}
      <path d="M0 ${ROW - 1}H${width}" stroke="#c8c8cd" />
      ${rows.flatMap((row, at) => line(row, ROW * (at + 1), '#1c1c1f'))}`,
  }
}
