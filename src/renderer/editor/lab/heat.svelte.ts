import type { TaskId } from '../../../shared/tasks'
import type { LabMap } from '../types'
import { sumOnFinest } from './grid-sum'
import type { Lab } from './lab.svelte'

/** Attention over the photo, as panes draw it: one map a task on one colour scale from 0 to `max`. */
export interface HeatMaps {
  readonly byTask: ReadonlyMap<TaskId, LabMap>
  readonly max: number
}

/** The attention that lies over the panes. */
export class Heat {
  constructor(private readonly lab: Lab) {}

  /** Where the traced pixel comes from: by source task, over the chosen scale or all of them added up. */
  readonly sources: HeatMaps | null = $derived.by(() => {
    const { trace, scale } = this.lab
    if (!trace.shown) return null
    const byTask = new Map<TaskId, LabMap>()
    for (const task of this.lab.tasks) {
      const maps = trace.shown.answer.maps.filter(
        (map) => map.task === task && (scale === null || map.scale === scale),
      )
      const sum = sumOnFinest(maps)
      if (sum) byTask.set(task, sum)
    }
    return { byTask, max: Math.max(0, ...[...byTask.values()].map((map) => map.max)) }
  })
  /** The sources as one map: of the chosen task, or of all. */
  readonly all: LabMap | null = $derived.by(() => {
    const { source } = this.lab
    if (source !== null) return this.sources?.byTask.get(source) ?? null
    return sumOnFinest([...(this.sources?.byTask.values() ?? [])])
  })

  /** What lies over the panes when every task has one; null = their layers alone. */
  readonly shown: HeatMaps | null = $derived.by(() => {
    if (this.lab.view === 'sources') return this.sources
    if (this.lab.view === 'query') return this.#query
    return null
  })
  /** What lies over the only pane. */
  readonly single: { readonly map: LabMap; readonly max: number } | null = $derived.by(() => {
    const map =
      this.lab.view === 'sources' ? this.all : this.lab.view === 'query' ? this.lab.queries.map : null
    return map && { map, max: map.max }
  })

  readonly #query: HeatMaps | null = $derived.by(() => {
    const { map, chosen } = this.lab.queries
    return map && chosen && { byTask: new Map([[chosen.task, map]]), max: map.max }
  })
}
