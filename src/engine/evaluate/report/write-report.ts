import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../../../shared/errors'
import { METRICS } from '../../../shared/metrics'
import { TASK_IDS, type TaskId } from '../../../shared/tasks'
import { thumbnailOf } from '../../codecs/photo'
import type { Dataset } from '../../dataset/dataset'
import { makeFolder, writeAtomic } from '../../files/atomic-write'
import { isInside } from '../../files/safe-path'
import type { Evaluation } from '../evaluation'
import { csvFiles } from './csv'
import { reportPage, type WorstImage, type WorstImages } from './page'

/** The file that tells a report's folder from any other. */
const REPORT_PAGE = 'report.html'
const WORST = 6
const PICTURE_WIDTH = 192

/**
 * Writes `report.html`, `evaluation.json` and CSV files to a new folder or over an earlier report; returns the page's
 * path. Throws `export_refused` for a folder inside the data set or with other files, and `write_failed`.
 */
export async function writeReport(dataset: Dataset, evaluation: Evaluation, target: string): Promise<string> {
  const out = await prepareReportFolder(dataset, target)
  const files = {
    ...csvFiles(evaluation),
    'evaluation.json': `${JSON.stringify(evaluation, null, 2)}\n`,
    [REPORT_PAGE]: await reportOf(dataset, evaluation),
  }
  for (const [name, content] of Object.entries(files)) await writeAtomic(join(out, name), content)
  return join(out, REPORT_PAGE)
}

/** The report's page with pictures of the worst images. */
export async function reportOf(dataset: Dataset, evaluation: Evaluation): Promise<string> {
  return reportPage(evaluation, await worstImages(dataset, evaluation))
}

/** Creates the folder of a report. Asked before the work begins, so that nothing is measured in vain. `page` is the file that tells an earlier one. Throws as `writeReport`. */
export async function prepareReportFolder(
  dataset: Dataset,
  target: string,
  page = REPORT_PAGE,
): Promise<string> {
  const out = resolve(target)
  if (isInside(dataset.root, out))
    throw new AppError(
      'export_refused',
      `${out} lies inside the data set ${dataset.root}; choose a folder elsewhere`,
    )
  await makeFolder(out)
  const names = await readdir(out)
  if (names.length > 0 && !names.includes(page))
    throw new AppError(
      'export_refused',
      `${out} is not empty and holds no report; choose a new or empty folder`,
    )
  return out
}

async function worstImages(dataset: Dataset, { perImage }: Evaluation): Promise<WorstImages> {
  const worst: Partial<Record<TaskId, WorstImage[]>> = {}
  for (const task of TASK_IDS) {
    const { figure, higherIsBetter } = METRICS[task].headline
    const values = Object.entries(perImage).flatMap(([id, figures]) => {
      const value = figures[task]?.[figure]
      return value == null ? [] : [{ id, value }]
    })
    values.sort((a, b) => (higherIsBetter ? a.value - b.value : b.value - a.value))
    worst[task] = await Promise.all(
      values
        .slice(0, WORST)
        .map(async (entry) => ({ ...entry, picture: await pictureOf(dataset, entry.id) })),
    )
  }
  return worst
}

async function pictureOf(dataset: Dataset, id: string): Promise<string | null> {
  try {
    const bytes = await thumbnailOf(await dataset.photoPath(id), dataset.photoFile(id), PICTURE_WIDTH)
    return `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`
  } catch {
    return null // The figures stand without the picture.
  }
}
