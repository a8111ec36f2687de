import type { DatasetJson, DatasetJsonTask } from '../../shared/dataset-json'
import { UNITS } from '../../shared/dataset-json'
import { AppError } from '../../shared/errors'
import type { Reader } from './dataset'
import { openFolder } from './folder-dataset'
import { classNpy } from './formats/class-npy'
import { classPng } from './formats/class-png'
import { depthNpyOf } from './formats/depth-npy'
import { depthPng } from './formats/depth-png'
import type { LabelFormat } from './formats/format'
import { BYTE, PLAIN, type Linear } from './formats/linear'
import { normalsNpy } from './formats/normals-npy'
import { normalsPng } from './formats/normals-png'
import { probabilityNpy } from './formats/probability-npy'
import { probabilityPngOf } from './formats/probability-png'
import { DATASET_FILE, hasDatasetFile, readDatasetFile } from './generic-file'
import type { LabelLayout, Layout } from './layout'

/** A folder described by its `dataset.json`. */
export const generic: Reader = {
  layout: 'generic',
  async probe(root) {
    const found = await hasDatasetFile(root)
    return {
      matches: found,
      finding: `looked for ${DATASET_FILE} with images and tasks (${found ? 'found' : 'none found'})`,
    }
  },
  async open(root) {
    const json = await readDatasetFile(root)
    if (!json) throw new AppError('not_a_dataset', `${root} has no ${DATASET_FILE}`)
    return openFolder(root, layoutOf(json))
  },
}

/** Exported for tests and for looking at a folder before its description is written. */
export function layoutOf({ images, tasks, splits }: DatasetJson): Layout {
  return {
    name: 'generic',
    photos: {
      folder: relative(images.dir),
      extensions: typeof images.ext === 'string' ? [images.ext] : images.ext,
      nested: true,
    },
    splits: typeof splits === 'string' ? relative(splits) : (splits ?? null),
    labels: tasks.map(labelOf),
    files: [DATASET_FILE],
  }
}

function labelOf(task: DatasetJsonTask): LabelLayout {
  return {
    task: { id: task.id, classes: task.classes ?? null, palette: task.palette ?? null },
    places: [{ folder: relative(task.dir), format: formatOf(task) }],
    write: 0,
    optional: true,
  }
}

function formatOf({ type, ext, classes = [], ignore = 255, encoding }: DatasetJsonTask): LabelFormat {
  const png = ext === 'png'
  const linear = (own: Linear): Linear => ({
    scale: encoding?.scale ?? own.scale,
    offset: encoding?.offset ?? own.offset,
  })
  switch (type) {
    case 'seg': {
      const coding = { offset: -(encoding?.offset ?? 0), ignore }
      return png ? classPng(classes.length, coding) : classNpy(classes.length, coding)
    }
    case 'depth': {
      const metres = UNITS[encoding?.unit ?? 'm']
      const { scale, offset } = linear(PLAIN)
      const stored = { scale: scale * metres, offset: offset * metres }
      return png ? depthPng(stored) : depthNpyOf(stored)
    }
    case 'normals':
      return png ? normalsPng : normalsNpy
    case 'edge':
    case 'sal':
      return png ? probabilityPngOf(linear(BYTE)) : probabilityNpy(linear(PLAIN))
  }
}

function relative(dir: string): string {
  return dir === '.' ? '' : dir
}
