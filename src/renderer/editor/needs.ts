import type { Source } from '../../shared/contract'
import { TASKS, type TaskId } from '../../shared/tasks'
import type { Choices } from './choices.svelte'
import type { LayerStack } from './layers.svelte'
import type { Operation } from './operations/operation'
import type { Tool } from './tools/tool'
import type { TaskView } from './types'
import type { View } from './view.svelte'
import type { Workspace } from './workspace.svelte'

/** A map of the open sample, or its photo. */
export interface Need {
  readonly task: TaskId
  readonly source: Source | 'photo'
}

interface Parts {
  readonly workspace: Workspace
  readonly view: View
  readonly stack: LayerStack
}

/** The maps tools and operations read besides the one they write: which, whether they can be had, and fetching them. */
export class Needs {
  constructor(
    private readonly parts: Parts,
    private readonly choices: Choices,
  ) {}

  /** What is read with the parameters as they are now. */
  of(what: Tool | Operation, owner: string, task: TaskView): readonly Need[] {
    const { view, stack } = this.parts
    const needs = what.needs({ task, values: this.choices.of(owner, what.params) })
    return needs.flatMap(({ task: of = task.id, source }): readonly Need[] => {
      if (of !== 'every') return [{ task: of, source }]
      const having = view.tasks.filter(({ id }) => source === 'photo' || stack.get(id, source)?.available)
      return having.map(({ id }) => ({ task: id, source }))
    })
  }

  /** Why it cannot be had at all. */
  missing({ task, source }: Need): string | null {
    if (source === 'photo' || this.parts.stack.get(task, source)?.available) return null
    return source === 'prediction'
      ? 'There is no prediction of this sample; predict it first.'
      : `This sample has no ${nameOf({ task, source })}.`
  }

  /** Why it cannot be used now; one that is only not here yet is fetched. */
  lacking(need: Need): string | null {
    const { document } = this.parts.workspace
    const problem = this.missing(need)
    const here = need.source === 'photo' ? document?.photo : document?.get(need.task, need.source)
    if (problem !== null || here) return problem
    void this.load(need)
    return `The ${nameOf(need)} is still loading; try again.`
  }

  /** Fetches what can be had; resolves when it is here or failed (a notice says why). */
  async load(need: Need): Promise<void> {
    const { document } = this.parts.workspace
    if (need.source === 'photo') await document?.loadPhoto()
    else if (this.missing(need) === null) await document?.load(need.task, need.source)
  }
}

function nameOf({ task, source }: Need): string {
  if (source === 'photo') return 'photo'
  const label = TASKS[task].label.toLowerCase()
  return source === 'corrected' ? `${label} label` : `${source} of ${label}`
}
