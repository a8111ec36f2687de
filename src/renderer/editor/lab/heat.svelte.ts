import type { TaskId } from '../../../shared/tasks'
import type { LabMap } from '../../api/lab-client'
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

  /** What the panes show now; null = their layers. */
  readonly shown: HeatMaps | null = $derived.by(() => {
    if (this.lab.view === 'sources') return this.sources
    return null
  })
}
