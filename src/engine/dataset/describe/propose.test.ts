import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary'
import { encodeNpy } from '../../codecs/npy'
import { encodePng, plainPng } from '../../codecs/png'
import { openDataset } from '../readers'
import { proposeDescription, writeDescription } from './propose'

const SIZE = { width: 4, height: 2 }
async function put(root: string, file: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true })
  await writeFile(join(root, file), bytes)
}

async function makeFolder(): Promise<string> {
  const root = await temporaryFolder()
  const photo = await sharp({ create: { ...SIZE, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const normals = await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(24).fill(128)))
  const classes = await encodePng(plainPng(SIZE, 'grey', 8, Uint8Array.of(0, 1, 2, 18, 255, 0, 0, 0)))
  const depth = await encodePng(plainPng(SIZE, 'grey', 16, new Uint16Array(8).fill(2500)))
  const edge = encodeNpy({ dtype: 'u1', shape: [2, 4], data: Uint8Array.of(0, 255, 0, 0, 0, 0, 0, 0) })
  for (const id of ['train/a', 'train/b', 'val/c']) {
    await put(root, `rgb/${id}.jpg`, photo)
    await put(root, `labels/semantic/${id}.png`, classes)
    await put(root, `depth_mm/${id}.png`, depth)
    await put(root, `surface_normals/${id}.png`, normals)
    await put(root, `edges/${id}.npy`, edge)
  }
  await put(root, 'notes/readme.txt', 'nothing to see')
  return root
}

describe('describing a folder', () => {
  it('finds photos, labels and their encodings, and the description opens', async () => {
    const root = await makeFolder()
    const { json, folders, described } = await proposeDescription(root)
    expect(described).toBe(false)
    expect({ ...json, tasks: [...json.tasks].sort((a, b) => (a.id < b.id ? -1 : 1)) }).toEqual({
      images: { dir: 'rgb', ext: ['jpg', 'jpeg'] },
      tasks: [
        { id: 'depth', type: 'depth', dir: 'depth_mm', ext: 'png', encoding: { scale: 1, unit: 'mm' } },
        { id: 'edge', type: 'edge', dir: 'edges', ext: 'npy', encoding: { scale: 1 / 255 } },
        { id: 'normals', type: 'normals', dir: 'surface_normals', ext: 'png' },
        {
          id: 'semseg',
          type: 'seg',
          dir: 'labels/semantic',
          ext: 'png',
          classes: Array.from({ length: 19 }, (_, i) => `class ${i}`),
          ignore: 255,
        },
      ],
    })
    expect(folders.find(({ dir }) => dir === 'labels/semantic')).toMatchObject({
      files: 3,
      matching: 3,
      facts: '8-bit grey, 4x2, values 0 to 18 and 255',
    })
    await writeDescription(root, json)
    const dataset = await openDataset(root)
    await dataset.scan()
    expect(dataset.problems).toEqual([])
    expect(dataset.splits).toEqual({ train: ['train/a', 'train/b'], val: ['val/c'] })
    expect([...(await dataset.readLabel('val/c', 'depth')).data]).toEqual(Array(8).fill(2.5))
    expect((await dataset.readLabel('val/c', 'edge')).data[1]).toBe(1)
    expect((await proposeDescription(root)).described).toBe(true)
  })

  it('describes photos alone, with lists', async () => {
    const root = await temporaryFolder()
    const photo = await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(24)))
    for (const id of ['a', 'b']) await put(root, `${id}.png`, photo)
    await put(root, 'lists/test.txt', 'b\n')
    expect(await proposeDescription(root)).toMatchObject({
      json: { images: { dir: '.', ext: 'png' }, tasks: [], splits: 'lists' },
    })
  })

  it('takes split folders at the top for what they are', async () => {
    const root = await temporaryFolder()
    const photo = await encodePng(plainPng(SIZE, 'rgb', 8, new Uint8Array(24)))
    for (const id of ['train/a', 'val/b']) await put(root, `${id}.png`, photo)
    const { json, folders } = await proposeDescription(root)
    expect(json.images).toEqual({ dir: '.', ext: 'png' })
    expect(folders).toMatchObject([{ dir: '.', files: 2, matching: 2 }])
  })

  it('refuses a folder without photos and a description that is wrong, and writes nothing', async () => {
    const root = await temporaryFolder()
    await expect(proposeDescription(root)).rejects.toMatchObject({ code: 'not_a_dataset' })
    await expect(proposeDescription(join(root, 'none'))).rejects.toMatchObject({ code: 'not_a_dataset' })
    const wrong = { images: { dir: '../x', ext: 'png' }, tasks: [] }
    await expect(writeDescription(root, wrong)).rejects.toMatchObject({ code: 'file_malformed' })
    await expect(readFile(join(root, 'dataset.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
