/** Metres as a user reads them: below ten centimetres in centimetres. */
export function formatMetres(metres: number): string {
  return Math.abs(metres) < 0.1
    ? `${sign(metres)}${Math.abs(metres * 100).toFixed(2)} cm`
    : `${sign(metres)}${Math.abs(metres).toFixed(3)} m`
}

/** A number of pixels with its thousands apart. */
export function formatPixels(count: number): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? 'pixel' : 'pixels'}`
}

/** What a fit left out, as the end of a sentence; empty when it used everything. */
export function formatUsed(used: number): string {
  return used < 1 ? `, ${((1 - used) * 100).toFixed(1)} % left out` : ''
}

function sign(value: number): string {
  return value < 0 ? '−' : ''
}
