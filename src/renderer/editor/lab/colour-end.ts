import { LARGEST_CODE } from '../../../shared/lab/quantised'
import type { LabMap } from '../types'

/** Share of the cells that the colours tell apart; the few above, often single cells, all get the last colour. */
const TOLD_APART = 0.995
const BINS = 2048

/** The end of the colours in words: cells above it have the last colour too. */
export function endWords(end: number): string {
  return end > 0 ? `≥${Number((end * 100).toPrecision(2))} % a cell` : '0 % a cell'
}

/**
 * The value at which the colours of some maps end: all but the strongest half percent of their cells lie below it. Counted
 * in bins of the square root, so exact to a thousandth of the largest root. 0 for maps that are zero.
 */
export function colourEnd(maps: readonly LabMap[]): number {
  const max = maps.reduce((most, map) => Math.max(most, map.max), 0)
  if (!(max > 0)) return 0
  const bins = new Uint32Array(BINS + 1)
  let cells = 0
  for (const { codes, max: largest } of maps) {
    cells += codes.length
    // A code is a root already.
    const scale = (Math.sqrt(largest / max) * BINS) / LARGEST_CODE
    for (let at = 0; at < codes.length; at++) bins[Math.floor(codes[at]! * scale)]!++
  }
  let above = 0
  let bin = BINS
  while (bin > 0 && above + bins[bin]! <= cells * (1 - TOLD_APART)) above += bins[bin--]!
  // The top of the bin; of maps with a few strong cells only, their largest value.
  return bin === 0 ? max : Math.min(max, max * ((bin + 1) / BINS) ** 2)
}
