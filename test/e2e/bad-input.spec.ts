import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePng, plainPng } from '../../src/engine/codecs/png'
import { statusSchema } from '../../src/shared/contract'
import { makeDataset } from '../support/make-dataset'
import { get, getMap } from './api'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

const bundle = join(root, 'test/fixtures/tiny-bundle')

describe('bad input', () => {
  const home = temporaryFolder()
  const rooms = join(home.path, 'rooms')
  const flipped = join(home.path, 'flipped-bundle')
  const empty = join(home.path, 'holiday-photos')
  let studio: Studio | null = null

  const open = async (folder: string, model: string): Promise<Studio['page']> => {
    await studio?.close()
    studio = await openStudio({ folder, model, home: home.path })
    return studio.page
  }

  beforeAll(async () => {
    await makeDataset(rooms, {
      splits: { val: ['fine', 'seg-size', 'depth-cut', 'photo-cut'] },
      width: 32,
      height: 24,
    })
    const small = plainPng({ width: 5, height: 5 }, 'grey', 8, new Uint8Array(25))
    await writeFile(join(rooms, 'segmentation/seg-size.png'), await encodePng(small))
    await truncate(join(rooms, 'depth/depth-cut.npy'), 200)
    await truncate(join(rooms, 'images/photo-cut.png'), 60)
    await cp(bundle, flipped, { recursive: true })
    const graph = await readFile(join(flipped, 'encoder.onnx'))
    graph[graph.length >> 1]! ^= 1
    await writeFile(join(flipped, 'encoder.onnx'), graph)
    await mkdir(empty)
    await writeFile(join(empty, 'notes.txt'), 'no labels here')
  })
  afterAll(async () => {
    await studio?.close()
    home.remove()
  })

  it('names every damaged file and keeps the rest of the folder usable', async () => {
    const page = await open(rooms, bundle)
    await page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    const { bytes } = await get(page, '/v1/status')
    const { dataset } = v.parse(statusSchema, JSON.parse(new TextDecoder().decode(bytes)))
    const found = dataset?.problems.map(({ sample, file, code }) => `${sample} ${file} ${code}`).sort()
    expect(found).toEqual([
      'depth-cut depth/depth-cut.npy file_truncated',
      'photo-cut images/photo-cut.png file_truncated',
      'seg-size segmentation/seg-size.png size_mismatch',
    ])
    // The other labels of a sample with one bad file can still be read.
    expect((await getMap(page, 'seg-size', 'depth', 'label')).width).toBe(32)
    expect((await get(page, '/v1/samples/seg-size/maps/semseg/label')).status).toBe(422)
    expect((await getMap(page, 'fine', 'semseg', 'label')).height).toBe(24)
  })

  it('refuses a bundle with one flipped bit and says which file', async () => {
    const page = await open(rooms, flipped)
    await page
      .getByText(/encoder\.onnx/)
      .first()
      .waitFor()
    await page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
  })

  it('says what a folder lacks when it is no data set', async () => {
    const page = await open(empty, bundle)
    await page
      .getByText(/holiday-photos/)
      .first()
      .waitFor()
    await page
      .getByText(/nyudv2/i)
      .first()
      .waitFor()
  })
})
