import { NYUD40_CLASSES, NYUD40_PALETTE } from '../../shared/nyud40'
import type { Reader } from './dataset'
import { openFolder } from './folder-dataset'
import { FROM_ONE } from './formats/class-coding'
import { classPng } from './formats/class-png'
import { depthNpy } from './formats/depth-npy'
import { PLAIN } from './formats/linear'
import { normalsNpy } from './formats/normals-npy'
import { probabilityNpy } from './formats/probability-npy'
import type { Layout } from './layout'
import { countNames } from './survey'

/** NYUD_MT as MTL-PyTorch and later ATRC read it: JPEG photos, npy boundaries, normals and depth. */
export const NYUD_MT: Layout = {
  name: 'nyud_mt',
  photos: { folder: 'images', extensions: ['jpg', 'jpeg'] },
  splits: 'gt_sets',
  labels: [
    {
      task: { id: 'semseg', classes: [...NYUD40_CLASSES], palette: [...NYUD40_PALETTE] },
      places: [{ folder: 'segmentation', format: classPng(NYUD40_CLASSES.length, FROM_ONE) }],
      write: 0,
    },
    {
      task: { id: 'depth', classes: null, palette: null },
      places: [{ folder: 'depth', format: depthNpy }],
      write: 0,
    },
    {
      task: { id: 'normals', classes: null, palette: null },
      places: [{ folder: 'normals', format: normalsNpy }],
      write: 0,
    },
    {
      task: { id: 'edge', classes: null, palette: null },
      places: [{ folder: 'edge', format: probabilityNpy(PLAIN) }],
      write: 0,
    },
  ],
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
