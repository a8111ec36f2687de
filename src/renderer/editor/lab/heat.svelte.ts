import type { TaskId } from '../../../shared/tasks'
import { Paced } from '../paced.svelte'
import type { LabMap, Layout } from '../types'
import { colourEnd } from './colour-end'
import { sumOnFinest } from './grid-sum'
import type { Lab } from './lab.svelte'

/** Attention over one pane: a map, and the value at which its colours end (`colourEnd`). */
export interface HeatMap {
  readonly map: LabMap
  readonly end: number
}

interface Ends {
  readonly shown: ReadonlyMap<TaskId, number>
  readonly single: number | null
}

/** The attention that lies over the panes. */
export class Heat {
  /**
   * Every pane's colours end at its own value, which its caption states, instead of one for all: on a shared scale the
   * panes of tasks that give a few percent would stay black.
   */
  apart = $state(true)

  /** The ends of the colours as captions state them. */
  readonly ends = new Paced<Ends>()

  constructor(private readonly lab: Lab) {}

  /** The same for every pixel of a cell: nothing is painted again there. */
  readonly #answer = $derived.by(() => this.lab.trace.shown?.answer ?? null)
  /** Where the traced pixel comes from: by source task, over the chosen scale or all of them added up. */
  readonly sources: ReadonlyMap<TaskId, LabMap> | null = $derived.by(() => {
    const { scale } = this.lab
    const answer = this.#answer
    if (!answer) return null
    const byTask = new Map<TaskId, LabMap>()
    for (const task of this.lab.tasks) {
      const maps = answer.maps.filter((map) => map.task === task && (scale === null || map.scale === scale))
      const sum = sumOnFinest(maps.map(({ map }) => map))
      if (sum) byTask.set(task, sum)
    }
    return byTask
  })
  /** The sources as one map: of the chosen task, or of all. */
  readonly all: LabMap | null = $derived.by(() => {
    const { source } = this.lab
    if (source !== null) return this.sources?.get(source) ?? null
    return sumOnFinest([...(this.sources?.values() ?? [])])
  })

  /** What lies over the panes when every task has one; a task without an entry shows its layers. */
  readonly shown: ReadonlyMap<TaskId, HeatMap> = $derived.by(() => {
    const maps = [...this.#maps]
    const shared = this.apart ? null : colourEnd(maps.map(([, map]) => map))
    return new Map(maps.map(([task, map]) => [task, { map, end: shared ?? colourEnd([map]) }]))
  })
  /** What lies over the only pane. */
  readonly single: HeatMap | null = $derived.by(() => {
    const { view, queries } = this.lab
    const map = view === 'sources' ? this.all : view === 'query' ? queries.map : null
    return map && { map, end: colourEnd([map]) }
  })

  /** Which panes have attention over them, in words that stay the same while only the attention changes. */
  readonly #covered = $derived([...this.shown.keys()].join(' '))
  readonly #coversSingle = $derived(this.single !== null)
  /** True where attention lies over a pane of a task; asks nothing of the maps themselves. */
  covers(task: TaskId, layout: Layout): boolean {
    return layout === 'single' ? this.#coversSingle : this.#covered.split(' ').includes(task)
  }
  /** `layout`: the map of a single pane is added up only where there is one. */
  tellEnds(layout: Layout): void {
    const { shown } = this
    this.ends.follow({
      shown: new Map([...shown].map(([task, { end }]) => [task, end])),
      single: layout === 'single' ? (this.single?.end ?? null) : null,
    })
  }

  readonly #maps: ReadonlyMap<TaskId, LabMap> = $derived.by(() => {
    const { view, queries } = this.lab
    if (view === 'sources') return this.sources ?? new Map<TaskId, LabMap>()
    const one = view === 'query' && queries.map && queries.chosen
    return new Map(one && queries.map ? [[one.task, queries.map]] : [])
  })
}
