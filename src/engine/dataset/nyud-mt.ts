import type { Reader } from './dataset'
import { openFolder } from './folder-dataset'
import { PLAIN } from './formats/linear'
import { normalsNpy } from './formats/normals-npy'
import { probabilityNpy } from './formats/probability-npy'
import type { Layout } from './layout'
import { nyudLabels } from './nyud-labels'
import { countNames } from './survey'

/** NYUD_MT as MTL-PyTorch and later ATRC read it: JPEG photos, npy boundaries, normals and depth. */
export const NYUD_MT: Layout = {
  name: 'nyud_mt',
  photos: { folder: 'images', extensions: ['jpg', 'jpeg'] },
  splits: 'gt_sets',
  labels: nyudLabels(normalsNpy, probabilityNpy(PLAIN)),
}

export const nyudMt: Reader = {
  layout: NYUD_MT.name,
  async probe(root) {
    const photos = (await countNames(root, 'images', '.jpg')) + (await countNames(root, 'images', '.jpeg'))
    const lists = await countNames(root, 'gt_sets', '.txt')
    const pngEdges = await countNames(root, 'edge', '.png')
    return {
      matches: photos > 0 && lists > 0 && pngEdges === 0,
      finding:
        `looked for images/*.jpg (${photos} found), gt_sets/*.txt (${lists} found) ` +
        `and no edge/*.png (${pngEdges} found)`,
    }
  },
  open: (root) => openFolder(root, NYUD_MT),
}
