import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary'
import { encodePng, plainPng } from '../codecs/png'
import { createPredictions } from '../predictions/service'
import { Services } from '../services'
import { metricChanges } from './metric-changes'
import { tallyOf } from './tally'

const TINY = resolve(import.meta.dirname, '../../../test/fixtures/tiny-bundle')
const SIZE = { width: 50, height: 41 }

/** A photo with a label of so many classes, and what the tiny model, which knows 40, changes of its figure. */
async function changesWith(classes: number): Promise<string[]> {
  const root = await temporaryFolder()
  for (const dir of ['rgb', 'classes']) await mkdir(join(root, dir))
  await cp(join(TINY, 'oracle/small.png'), join(root, 'rgb/small.png'))
  const label = new Uint8Array(SIZE.width * SIZE.height)
  await writeFile(join(root, 'classes/small.png'), await encodePng(plainPng(SIZE, 'grey', 8, label)))
  const names = Array.from({ length: classes }, (_, at) => `class ${at}`)
  const task = { id: 'semseg', type: 'seg', dir: 'classes', ext: 'png', classes: names }
  const description = { images: { dir: 'rgb', ext: 'png' }, tasks: [task] }
  await writeFile(join(root, 'dataset.json'), JSON.stringify(description))
  const services = new Services(createPredictions({ provider: 'cpu', cacheDir: await temporaryFolder() }))
  onTestFinished(() => services.dispose())
  await services.openDataset(root)
  await services.openModel(TINY)
  const { predictions, workspace } = services
  await predictions.predict(workspace.dataset, 'small')
  const map = await predictions.map(workspace.dataset, 'small', 'semseg')
  const changed = [{ task: 'semseg' as const, map }]
  const { signal } = new AbortController()
  const changes = await metricChanges(workspace, predictions, predictions.labModel(), 'small', changed, {
    measure: (request) => Promise.resolve(tallyOf(request)),
    signal,
  })
  return changes.map((change) => change.task)
}

it('has figures of class maps only where the data set has the model’s classes', async () => {
  expect(await changesWith(40)).toEqual(['semseg'])
  expect(await changesWith(5)).toEqual([])
})
