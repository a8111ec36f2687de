import type { Editor } from './editor.svelte'
import type { Contested } from './sync-queue.svelte'

/** Both windows' work is in the map; where they disagree it shows ours, and theirs is one undoable step away. */
export function showContested(editor: Editor, { sample, task, pixels, theirs }: Contested): void {
  const count = pixels === 1 ? '1 pixel was' : `${pixels} pixels were`
  const showTheirs = async (): Promise<void> => {
    await editor.openSample(sample)
    await editor.painter.putTiles(task, 'Show the other window’s pixels', theirs)
  }
  editor.notices.push(
    'warn',
    `The ${task} label of ${sample} was corrected in another window as well. Both corrections were kept; ${count} changed on both sides: yours is shown.`,
    [{ label: 'Show theirs', run: () => void showTheirs() }],
    'revision_conflict',
  )
}
