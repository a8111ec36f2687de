import { link, mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDataset } from './make-dataset'

/** Different samples; the others are further names of their files. */
const SEEDS = 16

/**
 * An NYUDv2 folder of `count` samples that takes the space of a few: every file is a hard link to one of 16. Returns `root`.
 */
export async function makeLarge(root: string, count: number): Promise<string> {
  const seeds = Array.from({ length: SEEDS }, (_, i) => `seed-${i}`)
  await makeDataset(root, { splits: { train: seeds }, width: 64, height: 48 })
  const ids = Array.from({ length: count }, (_, i) => String(i).padStart(6, '0'))
  for (const folder of ['images', 'segmentation', 'depth', 'normals', 'edge']) {
    const extension = folder === 'depth' ? 'npy' : 'png'
    await rename(join(root, folder), join(root, `${folder}-seeds`))
    await mkdir(join(root, folder))
    for (let at = 0; at < count; at += 1000)
      await Promise.all(
        ids
          .slice(at, at + 1000)
          .map((id, i) =>
            link(
              join(root, `${folder}-seeds`, `seed-${i % SEEDS}.${extension}`),
              join(root, folder, `${id}.${extension}`),
            ),
          ),
      )
  }
  await writeFile(join(root, 'gt_sets/train.txt'), `${ids.join('\n')}\n`)
  return root
}

/** Lists the folders of the set, as any program that opens it must at least. Returns the number of names. */
export async function listFolders(root: string): Promise<number> {
  const folders = ['images', 'segmentation', 'depth', 'normals', 'edge']
  const names = await Promise.all(folders.map((folder) => readdir(join(root, folder))))
  return names.reduce((sum, list) => sum + list.length, 0)
}
