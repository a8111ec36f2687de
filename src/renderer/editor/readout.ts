import { colourAt } from '../../shared/colour'
import { SOURCES } from '../../shared/contract'
import { cssOf } from '../../shared/palette'
import type { Legend } from './legend.svelte'
import type { PixelPosition, ReadoutEntry } from './types'
import { formatValue, valueAt } from './values'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

/** The values of every loaded map at one pixel; nothing is fetched for it. */
export function readoutAt(
  { view, workspace, legend }: { view: View; workspace: Workspace; legend: Legend },
  cursor: PixelPosition | null,
): readonly ReadoutEntry[] {
  if (!cursor) return []
  return view.tasks.flatMap((task) =>
    SOURCES.flatMap((source) => {
      const map = workspace.map(task.id, source)
      if (!map || cursor.x < 0 || cursor.y < 0 || cursor.x >= map.width || cursor.y >= map.height) return []
      const text = formatValue(task, valueAt(map, cursor.x, cursor.y))
      const colour = cssOf(colourAt(map, legend.styleOf(task.id), cursor.x, cursor.y))
      return [{ task: task.id, source, text, colour }]
    }),
  )
}
