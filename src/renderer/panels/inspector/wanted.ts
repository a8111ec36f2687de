import type { Source } from '../../../shared/contract'
import type { TaskId } from '../../../shared/tasks'
import type { LayerState } from '../../editor/types'

/** Above this size the maps that are not on screen are left on the disk: a 4 Mpx normals map alone takes 48 MB. */
const MOST_PIXELS = 4_000_000

/**
 * The maps whose values the inspector shows although they may not be on screen: per task the label as it stands and
 * the prediction, and the folder's own label where it was edited.
 */
export function wantedMaps(
  size: { readonly width: number; readonly height: number },
  layers: readonly Pick<LayerState, 'task' | 'source' | 'available'>[],
  revisions: Readonly<Record<string, number>>,
): readonly { task: TaskId; source: Source }[] {
  if (size.width * size.height > MOST_PIXELS) return []
  return layers.flatMap(({ task, source, available }) => {
    if (!available || source === 'photo') return []
    return source === 'label' && !revisions[task] ? [] : [{ task, source }]
  })
}
