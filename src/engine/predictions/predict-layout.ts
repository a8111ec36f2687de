import type { Card, CardTask } from '../../shared/card'
import { TASK_TYPES, type DatasetJson, type DatasetJsonTask } from '../../shared/dataset-json'
import type { Dataset } from '../dataset/dataset'
import { openFolder } from '../dataset/folder-dataset'
import { layoutOf } from '../dataset/generic'
import { PHOTO_EXTENSIONS, plain } from '../dataset/plain'

/** The data set whose encodings predictions are written in, and the description that goes with them when it is new. */
export interface PredictLayout {
  readonly dataset: Dataset
  readonly description: DatasetJson | null
}

/**
 * A folder of photos has no labels and so no encodings: its predictions are written as a generic data set, with every
 * value as it is (classes as PNG, the rest as npy), one folder per task beside the photos. Others keep their own layout.
 */
export async function predictLayout(dataset: Dataset, card: Card): Promise<PredictLayout> {
  if (dataset.layout !== plain.layout) return { dataset, description: null }
  const description: DatasetJson = {
    images: { dir: '.', ext: ['png', 'jpg', 'jpeg'] },
    tasks: card.tasks.map(taskOf),
  }
  // The file is written with the predictions; the photos' folder has none that could be copied.
  const layout = { ...layoutOf(description), files: [] }
  const photos = { ...layout.photos, extensions: PHOTO_EXTENSIONS }
  return { dataset: await openFolder(dataset.root, { ...layout, photos }), description }
}

function taskOf({ id, kind, channels, classes, palette }: CardTask): DatasetJsonTask {
  const common = { id, type: TASK_TYPES[id], dir: id }
  if (kind !== 'class') return { ...common, ext: 'npy' }
  const names = classes ?? Array.from({ length: channels }, (_, index) => `class ${index}`)
  return { ...common, ext: 'png', classes: names, ignore: 255, ...(palette && { palette }) }
}
