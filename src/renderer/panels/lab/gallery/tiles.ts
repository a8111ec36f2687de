/** Which tiles of a grid are in sight. */
export interface TileWindow {
  readonly columns: number
  /** First tile and the one behind the last that are drawn. */
  readonly from: number
  readonly to: number
  /** Height of all rows in pixels. */
  readonly height: number
}

/** The rows of `count` tiles at least `least` pixels wide and `row` high that a scrolled box shows, and one more on each side. */
export function tilesInSight(
  count: number,
  box: { readonly width: number; readonly height: number; readonly top: number },
  tile: { readonly least: number; readonly row: number },
): TileWindow {
  const columns = Math.max(1, Math.floor(box.width / Math.max(1, tile.least)))
  const rows = Math.ceil(count / columns)
  const height = rows * tile.row
  if (tile.row <= 0) return { columns, from: 0, to: 0, height: 0 }
  const first = Math.max(0, Math.floor(box.top / tile.row) - 1)
  const last = Math.min(rows, Math.ceil((box.top + box.height) / tile.row) + 1)
  return { columns, from: Math.min(first * columns, count), to: Math.min(last * columns, count), height }
}
