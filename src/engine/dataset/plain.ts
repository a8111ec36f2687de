import { opendir, readdir } from 'node:fs/promises'
import type { Reader } from './dataset'
import { openFolder } from './folder-dataset'
import type { Layout } from './layout'

/** Folders that are looked into to find the first photo. */
const FOLDERS = 200
/** A folder with one of these is another data set that lacks something: its labels are no photos. */
const OTHER_LAYOUTS = ['gt_sets', 'segmentation', 'semseg', 'ImageSets', 'JPEGImages']
export const PHOTO_EXTENSIONS: readonly string[] = ['png', 'jpg', 'jpeg']

/** A folder of photos, here or in folders below, without labels: predictions can be looked at. */
const LAYOUT: Layout = {
  name: 'images',
  photos: { folder: '', extensions: PHOTO_EXTENSIONS, nested: true },
  splits: null,
  labels: [],
}

export const plain: Reader = {
  layout: LAYOUT.name,
  async probe(root) {
    const found = await hasPhoto(root)
    const names = await readdir(root).catch((): string[] => [])
    const foreign = names.filter((name) => OTHER_LAYOUTS.includes(name))
    const others = foreign.length > 0 ? `${foreign.join(', ')} found` : 'none found'
    return {
      matches: found && foreign.length === 0,
      finding:
        `looked for *.png and *.jpg here and in folders below (${found ? 'found' : 'none found'}) ` +
        `and no folders of other layouts (${others})`,
    }
  },
  open: (root) => openFolder(root, LAYOUT),
}

async function hasPhoto(root: string): Promise<boolean> {
  const waiting = [root]
  for (let at = 0; at < Math.min(waiting.length, FOLDERS); at++) {
    const folder = await opendir(waiting[at]!).catch(() => null)
    if (!folder) continue
    for await (const entry of folder) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) waiting.push(`${waiting[at]}/${entry.name}`)
      else if (entry.isFile() && PHOTO_EXTENSIONS.some((one) => entry.name.toLowerCase().endsWith(`.${one}`)))
        return true
    }
  }
  return false
}
