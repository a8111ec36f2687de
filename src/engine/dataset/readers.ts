import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import type { Dataset, Reader } from './dataset'
import { generic } from './generic'
import { nyudMt } from './nyud-mt'
import { nyudv2 } from './nyudv2'
import { pascal } from './pascal'
import { plain } from './plain'

/** Every folder layout that can be opened, in the order they are tried. */
const READERS: readonly Reader[] = [generic, nyudv2, nyudMt, pascal, plain]

/** Opens a folder with the first reader that recognises it. Throws `not_a_dataset` saying what each reader found. */
export async function openDataset(folder: string): Promise<Dataset> {
  const path = resolve(folder)
  const root = await realpath(path).catch((cause: unknown) => {
    throw new AppError('not_a_dataset', `${path} does not exist; choose a data-set folder`, undefined, {
      cause,
    })
  })
  if (!(await stat(root)).isDirectory())
    throw new AppError('not_a_dataset', `${path} is a file; choose the folder that holds the data set`)
  const findings: string[] = []
  for (const reader of READERS) {
    const { matches, finding } = await reader.probe(root)
    if (matches) return reader.open(root)
    findings.push(`${reader.layout}: ${finding}`)
  }
  throw new AppError(
    'not_a_dataset',
    `${path} is not a data set that can be read. ${findings.join('. ')}. Open the folder that contains images/, or describe this one with a dataset.json.`,
    { findings },
  )
}
