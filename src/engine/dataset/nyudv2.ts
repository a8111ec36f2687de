import type { Reader } from './dataset'
import { openFolder } from './folder-dataset'
import { normalsPng } from './formats/normals-png'
import { probabilityPng } from './formats/probability-png'
import type { Layout } from './layout'
import { nyudLabels } from './nyud-labels'
import { countNames } from './survey'

/** NYUDv2 as MQTransformer, InvPT and ATRC read it: PNG photos, PNG boundaries and normals, npy depth. */
export const NYUDV2: Layout = {
  name: 'nyudv2',
  photos: { folder: 'images', extensions: ['png'] },
  splits: 'gt_sets',
  labels: nyudLabels(normalsPng, probabilityPng),
}

export const nyudv2: Reader = {
  layout: NYUDV2.name,
  async probe(root) {
    const photos = await countNames(root, 'images', '.png')
    const lists = await countNames(root, 'gt_sets', '.txt')
    // The NYUD_MT package has the same folders with JPEG photos and npy boundaries; predictions with raw logits have both.
    const pngEdges = await countNames(root, 'edge', '.png')
    const npyEdges = pngEdges > 0 ? 0 : await countNames(root, 'edge', '.npy')
    return {
      matches: photos > 0 && lists > 0 && npyEdges === 0,
      finding:
        `looked for images/*.png (${photos} found), gt_sets/*.txt (${lists} found) ` +
        `and no edge/*.npy (${npyEdges} found)`,
    }
  },
  open: (root) => openFolder(root, NYUDV2),
}
