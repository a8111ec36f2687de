import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { decodePng } from '../../src/engine/codecs/png'
import type { DenseMap } from '../../src/shared/maps'
import { makeDataset } from '../support/make-dataset'
import { getMap } from './api'
import { differing, exportTo } from './hand'
import { openStudio, root, temporaryFolder, type Studio } from './studio'

const WIDTH = 96
const HEIGHT = 72
const SAMPLE = '0001'
const model = join(root, 'test/fixtures/tiny-bundle')

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (Date.now() < end) {
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not happen within 20 s`)
}

/** The one pane of the single view. */
const pane = (page: Page): ReturnType<Page['locator']> => page.locator('[data-testid="pane"]').first()

/** Drags from left to right through the middle of the pane. */
async function paintStroke(page: Page): Promise<void> {
  const box = await pane(page).boundingBox()
  if (!box) throw new Error('the canvas is not on the screen')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.4, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 8 })
  await page.mouse.up()
}

describe('open, predict, correct, export', () => {
  const folder = temporaryFolder()
  const source = join(folder.path, 'rooms')
  const exported = join(folder.path, 'exported')
  let studio: Studio

  const open = async (path: string): Promise<void> => {
    studio = await openStudio({ folder: path, model, home: folder.path })
    await studio.page
      .locator(`[data-testid="pane"][data-sample="${SAMPLE}"][data-ready="true"]`)
      .first()
      .waitFor()
  }
  const corrected = (): Promise<DenseMap> => getMap(studio.page, SAMPLE, 'semseg', 'corrected')

  beforeAll(async () => {
    await makeDataset(source, { splits: { val: [SAMPLE, '0002'] }, width: WIDTH, height: HEIGHT })
    await open(source)
  })
  afterAll(async () => {
    await studio.close()
    folder.remove()
  })

  it('shows a prediction of every task', async () => {
    await studio.page.keyboard.press('p')
    for (const task of ['semseg', 'depth', 'normals', 'edge'])
      await until(`the prediction of ${task}`, () =>
        getMap(studio.page, SAMPLE, task, 'prediction').then(
          ({ width, height }) => width === WIDTH && height === HEIGHT,
          () => false,
        ),
      )
  })

  it('shows the matrices of attention', async () => {
    const { page } = studio
    await page.getByText('Attention', { exact: true }).first().click()
    await page.getByRole('tab', { name: 'Matrices' }).click()
    const matrices = page.getByRole('grid', { name: /rows read columns/ })
    await until('a matrix of the tasks for each scale', async () => (await matrices.count()) === 4)
    await page.getByRole('radio', { name: 'Scales' }).click()
    await until('a matrix of the scales for each task', async () => (await matrices.count()) === 4)
    await page.getByText('Correct', { exact: true }).first().click()
  })

  let original: DenseMap
  let painted: DenseMap

  it('paints one stroke, undoes and redoes it', async () => {
    const { page } = studio
    original = await corrected()
    await page.keyboard.press('1')
    await page.keyboard.press('b')
    await paintStroke(page)
    await until('saving the stroke', async () => differing(original, await corrected()).length > 0)
    painted = await corrected()
    const classes = new Set(differing(original, painted).map((index) => painted.data[index]))
    expect(classes.size).toBe(1)

    await page.keyboard.press('Control+z')
    await until('undo', async () => differing(original, await corrected()).length === 0)
    await page.keyboard.press('Control+Shift+z')
    await until('redo', async () => differing(painted, await corrected()).length === 0)
  })

  it('keeps the stroke over a reload and over a killed engine', async () => {
    await studio.page.reload()
    await studio.page.locator('[data-testid="pane"][data-ready="true"]').first().waitFor()
    expect(differing(painted, await corrected())).toEqual([])
    await studio.kill()
    await open(source)
    expect(differing(painted, await corrected())).toEqual([])
  })

  it('exports the painted pixels and nothing else', async () => {
    await exportTo(studio.page, exported)

    const read = async (where: string): Promise<Uint8Array | Uint16Array> => {
      const file = join(where, 'segmentation', `${SAMPLE}.png`)
      return (await decodePng(await readFile(file), file)).data
    }
    const before = await read(source)
    const after = await read(exported)
    const pixels = differing(original, painted)
    expect([...before.keys()].filter((index) => before[index] !== after[index])).toEqual(pixels)
    for (const index of pixels) expect(after[index]).toBe(painted.data[index]! + 1)
  })

  it('opens the export again, with the painted pixels as its labels', async () => {
    await studio.close()
    await open(exported)
    expect(differing(painted, await getMap(studio.page, SAMPLE, 'semseg', 'label'))).toEqual([])
  })
})
