import type { TaskId } from '../../shared/tasks'
import { isEditable, type GestureParts, type Gestures } from './gestures.svelte'
import type { LayerStack } from './layers.svelte'
import type { Needs } from './needs'
import type { Operation } from './operations/operation'
import type { Tool } from './tools/tool'
import type { TaskView } from './types'

/** Why a tool or an operation cannot work on a task now, as a sentence; null when it can. */
export function obstacleTo(
  what: Tool | Operation,
  owner: string,
  { task, parts, needs, gestures }: { task: TaskView; parts: GestureParts; needs: Needs; gestures: Gestures },
): string | null {
  const { workspace, stack } = parts
  const { document } = workspace
  const name = task.label.toLowerCase()
  if (!document) return 'No sample is open.'
  if (!what.kinds.includes(task.kind)) return `“${what.label}” does not work on ${name}.`
  if ('selected' in what && what.selected && !gestures.selection) return 'Nothing is selected.'
  if (what.edits) {
    if (!isEditable(document, task.id))
      return `${document.detail.id} has no readable ${name} label, so there is nothing to correct.`
    if (stack.isLocked(task.id))
      return `The ${name} label is locked; unlock it in the layers panel to correct it.`
  }
  const own = what.edits ? [task.id, ...parts.limits.needed] : []
  const wanted = [
    ...own.map((id) => ({ task: id, source: 'corrected' as const })),
    ...needs.of(what, owner, task),
  ]
  for (const need of wanted) {
    const problem = needs.lacking(need)
    if (problem !== null) return problem
  }
  return null
}

/** One cannot paint what one does not see: shows the corrected layer and hides the maps above it. */
export function uncover(stack: LayerStack, task: TaskId): void {
  stack.preferPrediction = false
  stack.setVisible(task, 'corrected', true)
  stack.endSolo(task, 'corrected')
  const order = stack.get(task, 'corrected')?.order ?? 0
  for (const layer of stack.drawn(task))
    if (layer.order > order && layer.source !== 'photo') stack.setVisible(task, layer.source, false)
}
