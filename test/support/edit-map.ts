import { randomUUID } from 'node:crypto'
import type { Project } from '../../src/engine/project/project'
import type { TileBytes } from '../../src/shared/edit'
import type { TaskId } from '../../src/shared/tasks'

/** A gesture that touches one map; returns the map's new revision. */
export async function editMap(
  project: Project,
  sample: string,
  task: TaskId,
  { label = 'Paint', ...edit }: { baseRevision: number; label?: string; tiles: readonly TileBytes[] },
): Promise<number | undefined> {
  const revisions = await project.edit(sample, { id: randomUUID(), label, maps: [{ task, ...edit }] })
  return revisions[task]
}
