import { join } from 'node:path'
import type { Dataset } from '../../dataset/dataset'
import { prepareReportFolder } from '../../evaluate/report/write-report'
import { writeAtomic } from '../../files/atomic-write'
import type { InfluenceReport } from '../influence-report'
import { drawExamples, type ExampleModel } from './examples'
import { influenceCsv } from './influence-csv'
import { influencePage } from './influence-page'
import { matrixPlot } from './matrix-plot'
import { scatterPlot } from './scatter-plot'

/** The file that tells a folder of ours from any other. */
const PAGE = 'influence.html'

/** Creates the folder before the work begins. Throws `export_refused` as `prepareReportFolder`, and `write_failed`. */
export function prepareInfluenceFolder(dataset: Dataset, target: string): Promise<string> {
  return prepareReportFolder(dataset, target, PAGE)
}

/**
 * Writes the page, its drawings and pictures, CSV files and `influence.json`; returns the page's path. The examples are
 * predicted once more. Throws as `prepareInfluenceFolder` and `LabModel.changed`.
 */
export async function writeInfluence(
  dataset: Dataset,
  model: ExampleModel,
  report: InfluenceReport,
  target: string,
): Promise<string> {
  const out = await prepareInfluenceFolder(dataset, target)
  const { examples, png } = await drawExamples(dataset, model, report)
  const several = report.scaleRankCorrelation !== null
  const files = {
    ...influenceCsv(report),
    'influence.json': `${JSON.stringify(report, null, 2)}\n`,
    'tasks.svg': matrixPlot(report, 'task').text,
    'tasks-scatter.svg': scatterPlot(report, 'task').text,
    ...(several && {
      'scales.svg': matrixPlot(report, 'scale').text,
      'scales-scatter.svg': scatterPlot(report, 'scale').text,
    }),
    'examples.png': png,
    'examples.json': `${JSON.stringify(examples, null, 2)}\n`,
    [PAGE]: influencePage(report, examples, png),
  }
  for (const [name, content] of Object.entries(files)) await writeAtomic(join(out, name), content)
  return join(out, PAGE)
}
