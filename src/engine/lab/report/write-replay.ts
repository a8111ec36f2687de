import { join } from 'node:path'
import { csv } from '../../../shared/csv'
import type { Replay } from '../../../shared/lab/jobs'
import type { Dataset } from '../../dataset/dataset'
import { prepareReportFolder } from '../../evaluate/report/write-report'
import { writeAtomic } from '../../files/atomic-write'

/** The file that tells a folder of ours from any other. */
const FILE = 'replay.json'

/** Creates the folder before the work begins. Throws `export_refused` as `prepareReportFolder`, and `write_failed`. */
export function prepareReplayFolder(dataset: Dataset, target: string): Promise<string> {
  return prepareReportFolder(dataset, target, FILE)
}

/** Writes `replay.json`, `figures.csv` and `samples.csv`; returns the first one's path. Throws as `prepareReplayFolder`. */
export async function writeReplay(dataset: Dataset, found: Replay, target: string): Promise<string> {
  const out = await prepareReplayFolder(dataset, target)
  const files = {
    'figures.csv': csv(
      ['task', 'figure', 'before', 'after'],
      found.tasks.flatMap(({ task, figures }) =>
        figures.map(({ figure, before, after }) => [task, figure, before, after]),
      ),
    ),
    'samples.csv': csv(
      ['sample', 'task', 'effect', 'figure', 'before', 'after'],
      found.perSample.flatMap(({ sample, tasks }) =>
        tasks.map(({ task, effect, headline }) => [
          sample,
          task,
          effect,
          headline?.figure,
          headline?.before,
          headline?.after,
        ]),
      ),
    ),
    [FILE]: `${JSON.stringify(found, null, 2)}\n`,
  }
  for (const [name, content] of Object.entries(files)) await writeAtomic(join(out, name), content)
  return join(out, FILE)
}
