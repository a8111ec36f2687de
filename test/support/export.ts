import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDataset } from '../../src/engine/dataset/readers'
import { exportDataset } from '../../src/engine/export/export'
import type { Report } from '../../src/engine/export/report'
import type { ExportRequest } from '../../src/engine/export/request'
import { Project } from '../../src/engine/project/project'
import type { Workspace } from '../../src/engine/services'
import { readTile } from '../../src/shared/edit'
import { DEFAULT_OPTIONS } from '../../src/shared/export'
import { cloneMap, type DenseMap } from '../../src/shared/maps'
import type { TaskId } from '../../src/shared/tasks'
import { editMap } from './edit-map'

/** A data set with its corrections, closed when the test ends. */
export async function openWorkspace(folder: string): Promise<Workspace> {
  const dataset = await openDataset(folder)
  const project = await Project.open(dataset)
  onTestFinished(() => project.close().catch(() => undefined))
  return { dataset, project }
}

/** A whole export in this thread unless something else is asked for. */
export function requestOf(out: string, request: Partial<ExportRequest> = {}): ExportRequest {
  const defaults = { out, format: 'nyudv2', onlyCorrected: false, dryRun: false, options: DEFAULT_OPTIONS }
  return { ...defaults, restart: false, model: null, threads: 1, ...request }
}

export function runExport(
  workspace: Workspace,
  out: string,
  request: Partial<ExportRequest> = {},
): Promise<Report> {
  return exportDataset(workspace, requestOf(out, request), () => undefined, new AbortController().signal)
}

/** Changes the label's first tile and returns the corrected map. */
export async function correct(
  { project }: Workspace,
  id: string,
  task: TaskId,
  change: (map: DenseMap) => void,
): Promise<DenseMap> {
  const { map, revision } = await project.read(id, task)
  const after = cloneMap(map)
  change(after)
  const tiles = [{ tx: 0, ty: 0, bytes: readTile(after, { tx: 0, ty: 0 }) }]
  await editMap(project, id, task, { baseRevision: revision, label: 'Correct', tiles })
  return after
}

/** Names of files that differ, as `diff -r` sees them; A and B stand for the folders. */
export function differingFiles(a: string, b: string): string[] {
  try {
    execFileSync('diff', ['-rq', join(a, ''), join(b, '')])
    return []
  } catch (error) {
    const stdout: unknown = error instanceof Error && 'stdout' in error ? error.stdout : ''
    return String(stdout)
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(a, 'A').replaceAll(b, 'B'))
  }
}
