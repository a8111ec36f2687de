import { cp, mkdir, truncate, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openDataset } from '../../src/engine/dataset/readers'
import { openBundle } from '../../src/engine/predictions/bundle'
import { predictFolder } from '../../src/engine/predictions/predict-folder'
import { temporaryFolder } from './temporary'

const TINY = resolve(import.meta.dirname, '../fixtures/tiny-bundle')
const ORACLE = join(TINY, 'oracle')

/** A folder of the photos `small` and `large`, whose labels are what the tiny model predicts, and a broken one. */
export async function tinyRooms(): Promise<string> {
  const root = await temporaryFolder()
  const photos = join(root, 'photos')
  await mkdir(join(photos, 'images'), { recursive: true })
  await mkdir(join(photos, 'gt_sets'))
  for (const id of ['small', 'large']) await cp(join(ORACLE, `${id}.png`), join(photos, `images/${id}.png`))
  await writeFile(join(photos, 'gt_sets/val.txt'), 'small\nlarge\n')
  await predictFolder({
    dataset: await openDataset(photos),
    bundle: await openBundle(TINY),
    out: join(root, 'data'),
    ids: ['small', 'large'],
    provider: 'cpu',
    raw: false,
    attention: false,
  })
  await cp(join(ORACLE, 'small.png'), join(root, 'data/images/broken.png'))
  await truncate(join(root, 'data/images/broken.png'), 300)
  await writeFile(join(root, 'data/gt_sets/val.txt'), 'small\nlarge\nbroken\n')
  return join(root, 'data')
}
