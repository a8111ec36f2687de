import type { Size } from '../../shared/space'

/** How many of `count` panes stand in a row so that the photo is largest in each; of equal ones the fewest. */
export function bestColumns(count: number, box: Size, photo: Size | null): number {
  const { width, height } = photo ?? { width: 4, height: 3 }
  let best = { columns: 1, scale: 0 }
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const scale = Math.min(box.width / columns / width, box.height / rows / height)
    if (scale > best.scale) best = { columns, scale }
  }
  return best.columns
}
